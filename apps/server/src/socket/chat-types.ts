import type { ChatClientToServer, ChatServerToClient, RequestKind, User } from '@digda/protocol';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Boundary } from '../Boundary.ts';
import type { Peers } from '../cluster/Peers.ts';
import type { ConsumerLoop } from '../consumers/ConsumerLoop.ts';
import type { Limits } from '../limits/Limits.ts';
import type { StorageLimits } from '../limits/StorageLimits.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { CommitLoop } from '../messages/CommitLoop.ts';
import type { Followers } from '../messages/Followers.ts';
import type { Presence } from '../presence/Presence.ts';
import type { Revocations } from '../sessions/Revocations.ts';
import type { Actor, Store } from '../store/store.ts';
import type { Timings } from '../timings.ts';
import type { ClientLogs } from './client-logs.ts';
import type { Conduct } from './Conduct.ts';
import type { Handlers } from './events.ts';

/** What the server knows of a connection, settled before its first event. */
export interface ChatData {
	user: User;
	/** Where it comes from. */
	address: string;
	/** Of the session's token, in hexadecimal digits. */
	tokenHash: string;
	/** Whether it bears the token of the environment. */
	isOperator?: true;
	/** Made just now; told once, by `session:ready`. */
	newToken?: string | undefined;
	/** Until when it was told to wait with requests of a kind, by the clock of `performance`. */
	waitUntilMs?: Partial<Record<RequestKind, number>>;
	/** Which part of the connections it is told the heads with. */
	part?: number;
	/** When a room was last told that this connection types, and whether it still does. */
	typing?: Map<string, { toldAtMs: number; isTyping: boolean }>;
}

export type ChatNamespace = Namespace<ChatClientToServer, ChatServerToClient, DefaultEventsMap, ChatData>;
export type ChatSocket = Socket<ChatClientToServer, ChatServerToClient, DefaultEventsMap, ChatData>;

/** One handler for each event of the chat that a client may emit. */
export type ChatHandlers = Handlers<ChatClientToServer, ChatSocket>;

/** The handler of an event of the chat. */
export type ChatHandler<Name extends keyof ChatClientToServer> = ChatHandlers[Name];

/** What the whole server shares. */
export interface Shared {
	store: Store;
	log: Logger;
	/** For what clients cause at will. */
	logs: ClientLogs;
	boundary: Boundary;
	limits: Limits;
	/** Whatever makes the database grow goes through it. */
	storage: StorageLimits;
	metrics: Metrics;
	/** The tasks that work on the log behind the commits. */
	consumers: readonly Pick<ConsumerLoop, 'notify'>[];
	conduct: Conduct;
	timings: Timings;
	/** Whoever bears it may take back and close anything; without one nobody may. */
	adminToken?: string | undefined;
}

/** What the handlers of the chat work with. */
export interface Chat extends Shared {
	namespace: ChatNamespace;
	commits: CommitLoop;
	followers: Followers;
	presence: Presence;
	peers: Peers;
	revocations: Revocations;
}

/** Who asks, as the store has to know it. */
export function actorOf({ user, isOperator }: ChatData): Actor {
	return { user, isOperator: isOperator ?? false };
}
