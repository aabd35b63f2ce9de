import type { FaultClient } from './FaultClient.ts';
import type { Page } from './Page.ts';
import type { Random } from './random.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { happens } from '@digda/testkit/faults/until.ts';

/** Takes back one of what a page shows as its own, and does not wait; a lost answer is nobody's loss. */
export async function deleteShown({ ledger }: TestedWorld, page: Page, id: string, random: Random): Promise<void> {
	const room = page.chat.open(id);
	const own = () =>
		room.timeline.messages.filter(
			({ author, text, deletes }) => author.id === page.chat.user?.id && text !== '' && deletes === undefined
		);
	if (!(await happens(() => own().length > 0))) return;
	const { id: messageId, seq, text } = random.pick(own());
	ledger.count('deletions');
	ledger.doomed.add(text);
	room.takeBack(seq).then(
		() => ledger.deleted.push({ room: id, id: messageId, seq, text }),
		() => undefined
	);
}

/** Where something is typed. */
export interface Typing {
	page: Page;
	/** The identifier of a room. */
	room: string;
	/** What no other says. */
	text: string;
}

/**
 * A page says something and hears nothing, neither that it is stored nor of any message. Another device of the same
 * person finds it in the log and takes it back. The page, which sends it again, must not bring it back.
 */
export async function deleteUnseen(
	world: TestedWorld,
	{ client, page, room, text }: Typing & { client: FaultClient },
	patienceMs?: number
): Promise<void> {
	const { ledger } = world;
	client.proxy.mute('down');
	// It ends with the page, or well.
	page
		.say(room, text)
		.catch((error: unknown) => ledger.complaints.push(`${page.name} could not type: ${String(error)}`));
	const device = world.author({ ...client.identity });
	let seq = 0;
	// It may never arrive, because of an earlier fault, or not be let in.
	await happens(async () => {
		const reply = await device.ask('room:join', { room });
		const found = reply.ok && reply.data.messages.find((message) => message.text === text);
		if (!found) return false;
		ledger.doomed.add(text);
		({ seq } = found);
		const answer = await device.ask('message:delete', { room, seq });
		if (answer.ok) ledger.deleted.push({ room, id: found.id, seq, text });
		return true;
	}, patienceMs);
	if (seq > 0) ledger.count('messages deleted unseen');
	device.close();
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
