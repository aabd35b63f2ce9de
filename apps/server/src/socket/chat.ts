import { CHAT_NAMESPACE } from '@digda/protocol';
import type { Server } from 'socket.io';
import { chatEvents } from '../app.ts';
import { serveNodeEvents } from '../cluster/serve-node-events.ts';
import { Hints } from '../cluster/Hints.ts';
import { OtherNodes } from '../cluster/OtherNodes.ts';
import { pollHeads } from '../cluster/head-poll.ts';
import type { RedisClient } from '../cluster/RedisClient.ts';
import { CommitLoop } from '../messages/CommitLoop.ts';
import { deliverIn } from '../messages/deliver.ts';
import { Followers } from '../messages/Followers.ts';
import { broadcastHeads } from '../messages/heads.ts';
import { Presence } from '../presence/Presence.ts';
import { PresenceExchange } from '../presence/PresenceExchange.ts';
import { admitSessions } from '../sessions/admit-sessions.ts';
import { Revocations } from '../sessions/Revocations.ts';
import { setUpConnection } from '../sessions/set-up-connection.ts';
import { admitRequests } from './admit-requests.ts';
import { countChannels, roomChannel } from './channels.ts';
import type { Chat, ChatNamespace, ChatSocket, Shared } from './chat-types.ts';
import { cutFailed } from './connection.ts';
import { serveEvents } from './events.ts';
import { shareStore } from './share-store.ts';
import { watchChannels } from './watch-channels.ts';

/** The running chat, for its server. */
export interface RunningChat {
	/** Stores all waiting entries and cursors. Call it again after new ones. */
	finish: () => Promise<void>;
	/** Counts the connected users and the rooms with a subscription. */
	count: () => { sessions: number; rooms: number };
	/** Stops the timers and announces the stop to other nodes. */
	end: () => void;
}

/** Serves the chat's namespace. Each part depends only on those above it. */
export function serveChat(io: Server, shared: Shared, redis?: RedisClient): RunningChat {
	const { store, logs, boundary, metrics, timings, consumers } = shared;
	// Socket.IO types every namespace with the server's events; this one has its own.
	const namespace = io.of(CHAT_NAMESPACE) as unknown as ChatNamespace;

	const followers = new Followers(store, deliverIn(namespace, metrics));
	const hints = redis && new Hints(redis, store.epoch, followers, boundary);
	const commits = new CommitLoop(store, followers, logs.failures, metrics, (room, head) => {
		hints?.publish(room, head);
		for (const consumer of consumers) consumer.notify(room);
	});
	const presence = new Presence(
		boundary.guard((room, change) =>
			namespace.local.to(roomChannel(room)).emit('presence:changed', { room, ...change })
		)
	);
	const nodes = new OtherNodes(boundary, redis && io.of(CHAT_NAMESPACE));
	const exchange = redis && new PresenceExchange(presence, nodes, redis, timings);
	const revocations = new Revocations({ namespace, store, followers, nodes });
	const chat: Chat = { ...shared, namespace, followers, commits, presence, nodes, revocations };

	const poll = store.isShared ? pollHeads(store, followers) : undefined;
	redis?.onConnect(() => poll?.now());
	serveNodeEvents(chat);
	watchChannels(chat);
	admitSessions(chat);

	const addToHeads = broadcastHeads(chat);
	const serve = serveEvents<ChatSocket>(
		{ ...chatEvents(chat) },
		{ ...shared, log: logs.failures, admit: admitRequests(shared), schedule: shareStore(shared) }
	);
	async function greet(socket: ChatSocket): Promise<void> {
		serve(socket);
		addToHeads(socket);
		await setUpConnection(chat, socket);
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
