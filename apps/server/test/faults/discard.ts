import type { Page } from './Page.ts';
import { textOf } from './text-of.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** Where something is typed. */
export interface Typing {
	page: Page;
	/** The identifier of a room. */
	room: string;
	/** What no other says. */
	text: string;
}

/** A page types and throws it away: either it is gone for good, or it is still to be sent. */
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
		ledger.count('messages thrown away unsent');
	}
	await typing;
	if (isOffline) page.socket.goOnline();
}
