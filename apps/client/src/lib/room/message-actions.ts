import type { Room } from '@digda/sync';

/** What the reader can do with a message; undefined if the reader may not. */
export interface MessageActions {
	room: Room;
	reply?: (() => void) | undefined;
	edit?: (() => void) | undefined;
	react?: ((emoji: string, isSet: boolean) => void) | undefined;
}
