import type { ChatClientToServer, ChatServerToClient, RequestKind, User } from '@digda/protocol';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Boundary } from '../Boundary.ts';
import type { OtherNodes } from '../cluster/OtherNodes.ts';
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

/** The data of a connection, known before its first event. */
export interface ChatData {
	user: User;
	/** The address from `clientAddress`. */
	address: string;
	/** The hash of the session's token, in hexadecimal digits. */
	tokenHash: string;
	/** Set for the operator's token. */
	isOperator?: true;
	/** The token of a new session, until `session:ready` has sent it. */
	newToken?: string | undefined;
	/** The earliest retry times by kind of request, on the clock of `performance`. */
	waitUntilMs?: Partial<Record<RequestKind, number>>;
	/** The group of connections in `broadcastHeads`. */
	group?: number;
	/** The last typing notice of this connection in each room. */
	typing?: Map<string, { sentAtMs: number; isTyping: boolean }>;
}

export type ChatNamespace = Namespace<ChatClientToServer, ChatServerToClient, DefaultEventsMap, ChatData>;
export type ChatSocket = Socket<ChatClientToServer, ChatServerToClient, DefaultEventsMap, ChatData>;

/** The handlers of all client events of the chat. */
export type ChatHandlers = Handlers<ChatClientToServer, ChatSocket>;

/** The handler of an event of the chat. */
export type ChatHandler<Name extends keyof ChatClientToServer> = ChatHandlers[Name];

/** The dependencies that all parts of the server share. */
export interface Shared {
	store: Store;
	log: Logger;
	/** The limited logs for lines that clients can cause at will. */
	logs: ClientLogs;
	boundary: Boundary;
	limits: Limits;
	/** Guards every growth of the database. */
	storage: StorageLimits;
	metrics: Metrics;
	/** The background consumers of the log. */
	consumers: readonly Pick<ConsumerLoop, 'notify'>[];
	conduct: Conduct;
	timings: Timings;
	/** The operator's token; without one there is no operator. */
	adminToken?: string | undefined;
}

/** The dependencies of the chat's handlers. */
export interface Chat extends Shared {
	namespace: ChatNamespace;
	commits: CommitLoop;
	followers: Followers;
	presence: Presence;
	nodes: OtherNodes;
	revocations: Revocations;
}

/** The requester as the store needs it. */
export function actorOf({ user, isOperator }: ChatData): Actor {
	return { user, isOperator: isOperator ?? false };
}
