import type { ChatClientToServer, ChatServerToClient, User } from '@digda/protocol';
import type { DefaultEventsMap, Namespace, Socket } from 'socket.io';
import type { Logger } from '../log.ts';
import type { CommitLoop } from '../rooms/CommitLoop.ts';
import type { Followers } from '../rooms/Followers.ts';
import type { Presence } from '../rooms/Presence.ts';
import type { Store } from '../store/store.ts';

/** What the server knows of a connection, settled before its first event. */
export interface ChatData {
	user: User;
	/** Made just now; told once, by `session:ready`. */
	newToken?: string | undefined;
}

export type ChatNamespace = Namespace<ChatClientToServer, ChatServerToClient, DefaultEventsMap, ChatData>;
export type ChatSocket = Socket<ChatClientToServer, ChatServerToClient, DefaultEventsMap, ChatData>;

/** What the handlers of the chat work with. */
export interface Chat {
	namespace: ChatNamespace;
	store: Store;
	log: Logger;
	commits: CommitLoop;
	followers: Followers;
	presence: Presence;
}
