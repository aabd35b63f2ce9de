import type { Page } from './Page.ts';
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
	if (isOffline) page.line.disconnect();
	const typing = page.say(room, text);
	const entry = page.chat.outbox.entries.find((each) => each.text === text);
	if (entry && (await page.chat.outbox.discard(entry.id))) {
		ledger.discarded.add(text);
		ledger.count('messages discarded unsent');
	}
	await typing;
	if (isOffline) page.line.connect();
}
