import type { Page } from './Page.ts';
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
	if (isOffline) page.line.disconnect();
	const typing = page.say(room, text);
	const entry = page.chat.outbox.entries.find((each) => each.text === text);
	if (entry && (await page.chat.outbox.discard(entry.id))) {
		ledger.discarded.add(text);
		ledger.count('messages thrown away unsent');
	}
	await typing;
	if (isOffline) page.line.connect();
}
