import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io, type Socket } from 'socket.io-client';
import { FaultServer } from '@digda/testkit/faults/FaultServer.ts';
import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { readLog, textsOf } from './read-log.ts';
import type { TutorialClientToServer, TutorialServerToClient } from './TutorialServer.ts';
import { settle } from './settle.ts';
import { until, within } from '@digda/testkit/faults/until.ts';
import { World } from './World.ts';
import { textOf } from './text-of.ts';

const TUTORIAL = fileURLToPath(new URL('./TutorialServer.ts', import.meta.url));
const ROOM = 'lobby';

/** The interface of a chat under test, so that two chats meet the same faults and are compared. */
export interface Contender {
	/** The proxies between people and server, one each. */
	readonly proxies: readonly Proxy[];
	/** The acknowledged texts of each person. */
	readonly acknowledged: readonly ReadonlySet<string>[];
	say(person: number, text: string): void;
	/** Ends the server at once, and starts it again. */
	kill(): Promise<void>;
	/** Ends all faults. @returns the log of the server, and the messages that each person sees, once all is quiet */
	result(): Promise<{ log: string[]; shown: string[][] }>;
	close(): Promise<void>;
}

/** Starts digda with its own clients. */
export async function startDigda(people: number): Promise<Contender> {
	const transports = Array.from({ length: people }, () => 'websocket' as const);
	const world = await World.open({ transports, rooms: [ROOM] });
	const said = world.clients.map(() => [] as string[]);
	await settle(world);
	return {
		proxies: world.clients.map(({ proxy }) => proxy),
		get acknowledged() {
			// An outbox removes exactly the acknowledged entries.
			return world.clients.map(({ unsettled }, person) => {
				const waiting = new Set(unsettled.map(textOf));
				return new Set(said[person]?.filter((text) => !waiting.has(text)));
			});
		},
		say(person, text) {
			said[person]?.push(text);
			void world.clients[person]?.say(ROOM, text);
		},
		async kill() {
			await world.kill();
			await world.up();
		},
		async result() {
			await world.heal();
			await settle(world);
			return {
				log: textsOf(await world.read(readLog), ROOM),
				shown: world.clients.map(({ rooms }) => rooms.open(ROOM).timeline.messages.map(({ text }) => text))
			};
		},
		close: () => world.close()
	};
}

type TutorialSocket = Socket<TutorialServerToClient, TutorialClientToServer>;

/** Starts the chat of the tutorials with its clients. */
export async function startTutorial(people: number): Promise<Contender> {
	const directory = await mkdtemp(join(tmpdir(), 'digda-tutorial-'));
	const server = new FaultServer(directory, { program: TUTORIAL });
	const proxies = await Promise.all(Array.from({ length: people }, () => Proxy.start()));
	server.onPort = (port) => proxies.forEach((proxy) => (proxy.target = port));
	await server.start();

	const acknowledged = proxies.map(() => new Set<string>());
	const shown = proxies.map(() => [] as string[]);
	const sockets = proxies.map(({ url }, person) => {
		const options = { forceNew: true, transports: ['websocket'], reconnectionDelay: 10 };
		const socket: TutorialSocket = io(url, { ...options, reconnectionDelayMax: 150 });
		socket.on('chat message', (text) => shown[person]?.push(text));
		return socket;
	});
	const connected = () => until(() => (sockets.every(({ connected }) => connected) ? undefined : 'no connection'));
	await connected();
	return {
		proxies,
		acknowledged,
		say(person, text) {
			sockets[person]?.emit('chat message', text, () => acknowledged[person]?.add(text));
		},
		async kill() {
			await server.stop('SIGKILL');
			await server.start();
		},
		async result() {
			for (const proxy of proxies) proxy.heal();
			await connected();
			// The answer comes after all earlier packets.
			const logs = sockets.map((socket) => new Promise<string[]>((tell) => socket.emit('log', tell)));
			const [log = []] = await within('the log of the tutorial', Promise.all(logs));
			return { log, shown };
		},
		async close() {
			for (const socket of sockets) socket.disconnect();
			for (const proxy of proxies) await proxy.close();
			await server.stop('SIGKILL');
			await rm(directory, { recursive: true });
		}
	};
}
