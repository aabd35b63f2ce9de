import { CHAT_NAMESPACE, countFitting, Ping, type ChatClientToServer, type Entry } from '@digda/protocol';
import type { Server } from 'socket.io';
import { Hints } from '../cluster/Hints.ts';
import { Peers } from '../cluster/Peers.ts';
import { pollHeads } from '../cluster/head-poll.ts';
import { PresenceExchange } from '../cluster/PresenceExchange.ts';
import type { RedisLine } from '../cluster/RedisLine.ts';
import { CommitLoop } from '../rooms/CommitLoop.ts';
import { Followers } from '../rooms/Followers.ts';
import { Presence } from '../rooms/Presence.ts';
import { admitRequests } from './admit-requests.ts';
import { countChannels, roomChannel, roomOf, socketsIn, subscribe, userChannel } from './channels.ts';
import { connectionOf, cutFailed } from './connection.ts';
import type { Chat, ChatHandlers, ChatNamespace, ChatSocket, Shared } from './chat-types.ts';
import { fanOut } from './engine/fan-out.ts';
import { handler, serveEvents } from './events.ts';
import { hearPeers } from './hear-peers.ts';
import { tellHeads } from './heads.ts';
import { Revocations } from './Revocations.ts';
import { handleEntries } from './entries.ts';
import { handleHistory } from './history.ts';
import { handleOwnership } from './ownership.ts';
import { handleRooms } from './rooms.ts';
import { admitSessions, handleSession } from './session.ts';
import { shareStore } from './share-store.ts';
import { handleTyping } from './typing.ts';

/** The chat, and what whoever runs it asks of it. */
export interface RunningChat {
	/** Stores all that waits; again, when more has come. */
	finish: () => Promise<void>;
	/** How many people are connected, and how many rooms have somebody in them. */
	count: () => { sessions: number; rooms: number };
	/** Takes leave of other nodes. */
	end: () => void;
}

/** The rooms: sessions, messages, presence. */
export function registerChat(io: Server, shared: Shared, line?: RedisLine): RunningChat {
	const { store, logs, boundary, metrics } = shared;
	// Socket.IO gives every namespace the events of the server; this one has its own.
	const namespace = io.of(CHAT_NAMESPACE) as unknown as ChatNamespace;
	const followers = new Followers(
		store,
		(room, entries) => {
			metrics.delivered(entries.length, namespace.adapter.rooms.get(roomChannel(room))?.size ?? 0);
			emitEntries(namespace, room, entries);
		},
		(room, isFollowed) => (isFollowed ? hints?.listen(room) : hints?.ignore(room))
	);
	const hints =
		line &&
		new Hints(
			line,
			store.epoch,
			boundary.guard((room, head) => followers.hint(room, head))
		);
	const peers = new Peers(boundary, line && io.of(CHAT_NAMESPACE));
	const presence: Presence = new Presence(
		boundary.guard((room, change) =>
			namespace.local.to(roomChannel(room)).emit('presence:changed', { room, ...change })
		),
		(room, user, isPresent) => exchange?.changed(room, user, isPresent)
	);
	const exchange = line && new PresenceExchange(presence, peers, line, shared.timings);
	const commits = new CommitLoop(store, followers, logs.failures, metrics, (room, head) => {
		hints?.publish(room, head);
		for (const consumer of shared.consumers) consumer.notify(room);
	});
	const without = { ...shared, namespace, commits, followers, presence, peers };
	const revocations = new Revocations(without);
	const chat: Chat = { ...without, revocations };
	const poll = store.isShared ? pollHeads(store, followers) : undefined;
	line?.onReturn(() => poll?.now());
	hearPeers(chat);

	watchChannels(chat);
	admitSessions(chat);
	const handlers: ChatHandlers<keyof ChatClientToServer> = {
		...handleSession(chat),
		...handleRooms(chat),
		...handleOwnership(chat),
		...handleEntries(chat),
		...handleHistory(chat),
		...handleTyping(chat),
		'connection:ping': handler(Ping, () => ({}))
	};
	const serve = serveEvents<ChatSocket>(handlers, {
		...shared,
		...{ log: logs.failures, admit: admitRequests(shared), inTurn: shareStore(shared) }
	});
	const addToHeads = tellHeads(chat);
	async function greet(socket: ChatSocket): Promise<void> {
		serve(socket);
		addToHeads(socket);
		await welcome(chat, socket);
	}
	namespace.on('connection', boundary.guard(greet, cutFailed));

	return {
		finish: () => commits.close(),
		count: () => countChannels(namespace),
		end() {
			poll?.end();
			revocations.end();
			exchange?.end();
		}
	};
}

/** Sends entries to a room in packets of a bounded size, each encoded once for all. */
function emitEntries(namespace: ChatNamespace, room: string, entries: Entry[]): void {
	const channel = roomChannel(room);
	for (let rest = entries; rest.length > 0;) {
		const count = countFitting(rest);
		fanOut(namespace, channel, 'entry:new', { room, entries: rest.slice(0, count) });
		rest = rest.slice(count);
	}
}

/** Subscribes a new connection to the rooms of its user, then says who it is; requests begin after that. */
async function welcome(chat: Chat, socket: ChatSocket): Promise<void> {
	const { namespace, store, revocations, logs } = chat;
	const { newToken, isOperator, user: asRead } = socket.data;
	try {
		await revocations.ready();
		const memberships = await store.roomsOf(asRead.id);
		if (socket.disconnected) return;
		// One person, one object: a new name reaches all connections, and the lists of who is present.
		const [other] = socketsIn(namespace, userChannel(asRead.id));
		if (other) socket.data.user = other.data.user;
		// From here on it hears of what begins or ends; the answers of the store come in order, so nothing did meanwhile.
		void socket.join(userChannel(asRead.id));
		for (const membership of memberships) subscribe(chat, [socket], membership);
	} catch (error) {
		logs.failures.warn({ err: error }, 'A connection could not be welcomed', connectionOf(socket).address);
		// The client sees a lost line and comes back by itself.
		socket.conn.close();
		return;
	}
	const { user } = socket.data;
	socket.emit('session:ready', {
		user,
		...(newToken !== undefined && { token: newToken }),
		...(isOperator && { isOperator })
	});
	socket.data.newToken = undefined;
	// Its session was looked up before it could be found by what ends sessions.
	if (newToken === undefined) await revocations.endSessions(asRead.id).catch(() => socket.conn.close());
}

/** Presence and followers go by who is in a channel, however they came in or went. */
function watchChannels({ namespace, boundary, followers, presence }: Chat): void {
	const { adapter } = namespace;

	/** A failure ends the connection that has joined or left, and none when it has ended already. */
	function watch(event: string, listener: (channel: string, socketId: string) => void): void {
		const abandon = (_channel: string, socketId: string) => {
			const socket = namespace.sockets.get(socketId);
			if (socket) cutFailed(socket);
		};
		adapter.on(event, boundary.guard(listener, abandon));
	}

	watch('join-room', (channel, socketId) => {
		const room = roomOf(channel);
		const socket = namespace.sockets.get(socketId);
		if (room !== undefined && socket) presence.enter(room, socket.data.user);
	});
	watch('leave-room', (channel, socketId) => {
		const room = roomOf(channel);
		const socket = namespace.sockets.get(socketId);
		if (room === undefined || !socket) return;
		presence.leave(room, socket.data.user.id);
		// A connection that goes through room after room would keep all of them.
		socket.data.typing?.delete(room);
	});
	watch('delete-room', (channel) => {
		const room = roomOf(channel);
		if (room !== undefined) followers.drop(room);
	});
}
