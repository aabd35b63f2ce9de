import { CHAT_NAMESPACE } from '@digda/protocol';
import type { Server } from 'socket.io';
import { chatEvents } from '../app.ts';
import { hearPeers } from '../cluster/hear-peers.ts';
import { Hints } from '../cluster/Hints.ts';
import { Peers } from '../cluster/Peers.ts';
import { pollHeads } from '../cluster/head-poll.ts';
import type { RedisLine } from '../cluster/RedisLine.ts';
import { CommitLoop } from '../messages/CommitLoop.ts';
import { deliverIn } from '../messages/deliver.ts';
import { Followers } from '../messages/Followers.ts';
import { tellHeads } from '../messages/heads.ts';
import { Presence } from '../presence/Presence.ts';
import { PresenceExchange } from '../presence/PresenceExchange.ts';
import { admitSessions } from '../sessions/admit-sessions.ts';
import { Revocations } from '../sessions/Revocations.ts';
import { welcome } from '../sessions/welcome.ts';
import { admitRequests } from './admit-requests.ts';
import { countChannels, roomChannel } from './channels.ts';
import type { Chat, ChatNamespace, ChatSocket, Shared } from './chat-types.ts';
import { cutFailed } from './connection.ts';
import { serveEvents } from './events.ts';
import { shareStore } from './share-store.ts';
import { watchChannels } from './watch-channels.ts';

/** The chat, for those who run it. */
export interface RunningChat {
	/** Stores all that waits; again, when more has come. */
	finish: () => Promise<void>;
	/** How many people are connected, and how many rooms have somebody in them. */
	count: () => { sessions: number; rooms: number };
	/** Takes leave of other nodes. */
	end: () => void;
}

/** Serves the namespace of the chat. Each part is made from those above it. */
export function serveChat(io: Server, shared: Shared, line?: RedisLine): RunningChat {
	const { store, logs, boundary, metrics, timings, consumers } = shared;
	// Socket.IO gives every namespace the events of the server; this one has its own.
	const namespace = io.of(CHAT_NAMESPACE) as unknown as ChatNamespace;

	const followers = new Followers(store, deliverIn(namespace, metrics));
	const hints = line && new Hints(line, store.epoch, followers, boundary);
	const commits = new CommitLoop(store, followers, logs.failures, metrics, (room, head) => {
		hints?.publish(room, head);
		for (const consumer of consumers) consumer.notify(room);
	});
	const presence = new Presence(
		boundary.guard((room, change) =>
			namespace.local.to(roomChannel(room)).emit('presence:changed', { room, ...change })
		)
	);
	const peers = new Peers(boundary, line && io.of(CHAT_NAMESPACE));
	const exchange = line && new PresenceExchange(presence, peers, line, timings);
	const revocations = new Revocations({ namespace, store, followers, peers });
	const chat: Chat = { ...shared, namespace, followers, commits, presence, peers, revocations };

	const poll = store.isShared ? pollHeads(store, followers) : undefined;
	line?.onReturn(() => poll?.now());
	hearPeers(chat);
	watchChannels(chat);
	admitSessions(chat);

	const addToHeads = tellHeads(chat);
	const serve = serveEvents<ChatSocket>(
		{ ...chatEvents(chat) },
		{ ...shared, log: logs.failures, admit: admitRequests(shared), inTurn: shareStore(shared) }
	);
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
