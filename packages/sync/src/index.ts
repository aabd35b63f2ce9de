export type { ChatSocket, Handshake } from './ChatSocket.ts';
export { Deletions, type MayBeDeleted } from './Deletions.ts';
export type { Content } from './entry-content.ts';
export type { Identity, IdentityStorage } from './Identity.ts';
export { isMentioned, mentionsIn } from './mentions.ts';
export { Outbox } from './Outbox.ts';
export {
	isMessage,
	targetOf,
	type EntryState,
	type OutboxEntry,
	type OutboxMessage,
	type StoredEntry
} from './OutboxEntry.ts';
export type { KeyedEntry, OutboxStorage, Update } from './OutboxStorage.ts';
export { ConnectionLost, dataOf, RejectionError } from './requests.ts';
export { Room } from './Room.ts';
export { RoomList, type KnownRoom, type ListedRoom } from './RoomList.ts';
export { RoomManager } from './RoomManager.ts';
export { Rooms, type Delivery, type Mention } from './Rooms.ts';
export { Session } from './Session.ts';
export { Signal } from './Signal.ts';
export { Timeline } from './Timeline.ts';
export type { Exclusive, Schedule } from './timing.ts';
