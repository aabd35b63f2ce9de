import { setTimeout as sleep } from 'node:timers/promises';
import { Rooms } from '@digda/sync';
import { expect, onTestFinished, test } from 'vitest';
import { MemoryStorage } from '../faults/MemoryStorage.ts';
import { openSession } from '../faults/open-session.ts';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';

const SESSIONS = 40;
const PER_SECOND = 200;
const SECONDS = 12;
const ROOMS = ['lobby', '로비', 'music', 'news'];

/** A page of a person, whose outbox sends by itself, as often as necessary. */
async function openPage(url: string, index: number) {
	// Each session is just below its limit. All of them together would need twice the share of an address.
	const extraHeaders = { 'X-Forwarded-For': `192.0.2.${index}` };
	const transport = index % 4 === 0 ? 'polling' : 'websocket';
	const { session, socket, schedule } = openSession({ url, transport, extraHeaders });
	const rooms = new Rooms({ session, schedule, storage: new MemoryStorage().open().storage });
	const failures: string[] = [];
	rooms.outbox.changes.on(() => {
		failures.push(...rooms.outbox.entries.flatMap(({ failure }) => failure ?? []));
	});
	onTestFinished(() => {
		rooms.dispose();
		session.close();
	});
	const id = ROOMS[index % ROOMS.length] ?? '';
	const room = rooms.open(id);
	await session.connect();
	await expect.poll(() => room.status).toBe('joined');
	return { rooms, room, socket, failures };
}

test(
	'[LINE-4] a restart under 200 messages per second from 40 sessions loses none, and no client shows an error',
	{ timeout: 120_000 },
	async () => {
		const database = temporaryDatabase();
		onTestFinished(() => database.remove());
		const PORT = String(await reservePort());
		const variables = { PORT, DATABASE_URL: database.url, TRUST_PROXY: '1' };
		const first = await startProcess(variables);
		const pages: Awaited<ReturnType<typeof openPage>>[] = [];
		for (let index = 0; index < SESSIONS; index += 1) pages.push(await openPage(first.url, index));

		const said = new Map<string, number>();
		let isTalking = true;
		async function talk() {
			const begunAt = performance.now();
			for (let count = 0; count < PER_SECOND * SECONDS; count += 1) {
				const page = pages[count % SESSIONS];
				const text = `message ${count}`;
				said.set(text, count);
				void page?.room.say(text);
				const dueAt = begunAt + ((count + 1) * 1_000) / PER_SECOND;
				await sleep(Math.max(dueAt - performance.now(), 0));
			}
			isTalking = false;
		}
		const talking = talk();
		await expect.poll(() => said.size).toBeGreaterThan(PER_SECOND * 3);

		const signalledAt = performance.now();
		expect(await first.stop('SIGTERM')).toBe(0);
		expect(performance.now() - signalledAt).toBeLessThan(10_000);
		expect(isTalking).toBe(true);
		await startProcess(variables);
		await talking;

		const unsettled = () => pages.flatMap(({ rooms }) => rooms.outbox.entries);
		await expect.poll(() => unsettled().length, { interval: 100 }).toBe(0);
		for (const { room, failures } of pages) {
			expect(room).toMatchObject({ status: 'joined', rejection: undefined });
			expect(failures).toEqual([]);
		}

		const stored: string[] = [];
		for (const [index, id] of ROOMS.entries()) {
			const { socket } = pages[index] ?? {};
			for (let after = 0; ;) {
				const reply = await socket?.request('history:read', { room: id, after, limit: 200 });
				if (!reply?.ok || reply.data.messages.length === 0) break;
				for (const { seq, text } of reply.data.messages) {
					expect(seq).toBe((after += 1));
					stored.push(text);
				}
			}
		}
		expect(stored).toHaveLength(said.size);
		expect(new Set(stored)).toEqual(new Set(said.keys()));
	}
);
