import type { Page } from './Page.ts';
import { textOf } from './text-of.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** A typed text and its room. */
export interface Typing {
	page: Page;
	/** The identifier of a room. */
	room: string;
	/** A text that is used once. */
	text: string;
}

/** A page types a text and discards it: the text must be gone for good, or still be sent. */
export async function discard(
	{ ledger }: TestedWorld,
	{ page, room, text }: Typing,
	isOffline: boolean
): Promise<void> {
	if (isOffline) page.socket.goOffline();
	const typing = page.say(room, text);
	const entry = page.rooms.outbox.entries.find((each) => textOf(each) === text);
	if (entry && (await page.rooms.outbox.retract(entry.id))) {
		ledger.discarded.add(text);
		ledger.count('messages discarded unsent');
	}
	await typing;
	if (isOffline) page.socket.goOnline();
}
