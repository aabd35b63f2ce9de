import {
	ENTRY_KINDS,
	type EntryContent,
	type RejectionCode,
	type Message,
	type Standing,
	type Target
} from '@digda/protocol';
import type { Room } from '@digda/sync';
import { CONTENTS, type ChangeKind } from '@digda/testkit/entries.ts';
import { happens } from '@digda/testkit/faults/until.ts';
import type { Typing } from './discard.ts';
import type { FaultClient } from './FaultClient.ts';
import type { Page } from './Page.ts';
import type { Random } from './random.ts';
import type { RawAuthor, RawEntry } from './RawAuthor.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** How a page makes a change of each kind. */
const BY_PAGE: { [Kind in ChangeKind]: (room: Room, message: Message, content: EntryContent<Kind>) => Promise<void> } =
	{
		edit: (room, message, { text }) => room.edit(message, text),
		delete: (room, message) => room.delete(message),
		reaction: (room, message, { emoji, isSet }) => room.react(message, emoji, isSet)
	};

type ByPage = (room: Room, message: Message, content: object) => Promise<void>;

/** Why a change may be rejected here: its message was deleted or undone, its author removed, the disk full. */
export const EXPECTED: readonly RejectionCode[] = ['gone', 'not_found', 'unavailable'];

/** So many of the newest messages are changed as often as all others, so that changes meet each other. */
const NEAR = 4;

/** A change and what it leaves to chance. */
export interface Choice {
	kind: ChangeKind;
	random: Random;
	/** Makes a text that nobody has said. */
	text: () => string;
}

/** A page changes one of the messages that it shows, and does not wait; a lost answer is nobody's loss. */
export async function changeShown(world: TestedWorld, page: Page, id: string, choice: Choice): Promise<void> {
	const { ledger } = world;
	const room = page.rooms.open(id);
	const standing = { isMember: true, isOwner: room.isOwner, isOperator: false };
	const candidates = () => open(room.timeline.messages, choice.kind, page.session.user?.id, standing);
	if (!(await happens(() => candidates().length > 0))) return;
	const message = pick(candidates(), choice.random);
	const content = contentOf(targetOf(message), choice);
	if (choice.kind === 'delete') await doom(world, targetOf(message));
	ledger.count(`asked by a page: ${choice.kind}`);
	// The content is that of its kind. From here on the outbox sends it, however often the page is reloaded.
	void (BY_PAGE[choice.kind] as ByPage)(room, message, content);
}

/** Somebody changes one of a few messages by hand, and waits. @param isOwner whether the room is theirs */
export async function changeByHand(
	world: TestedWorld,
	author: RawAuthor,
	{ room, messages, isOwner = false }: { room: string; messages: readonly Message[]; isOwner?: boolean },
	choice: Choice
): Promise<void> {
	const candidates = open(messages, choice.kind, author.user?.id, { isMember: true, isOwner, isOperator: false });
	if (candidates.length === 0) return;
	await add(world, author, entryOf(room, targetOf(pick(candidates, choice.random)), choice));
}

/**
 * A page says something and hears nothing, neither that it is stored nor of any message. Another device of the same
 * person finds it in the log and changes it. The page, which sends it again, must not bring it back as it was.
 */
export async function changeUnseen(
	world: TestedWorld,
	{ client, page, room, text }: Typing & { client: FaultClient },
	choice: Choice,
	patienceMs?: number
): Promise<void> {
	// Without a token the other device would be somebody else.
	if (!(await happens(() => client.identity.token !== undefined, patienceMs))) return;
	client.proxy.mute('down');
	// It ends with the page, or well.
	page
		.say(room, text)
		.catch((error: unknown) => world.ledger.complaints.push(`${page.name} could not type: ${String(error)}`));
	const device = world.author({ ...client.identity });
	// It may never arrive, because of an earlier fault, or not be let in.
	await happens(async () => {
		const reply = await device.ask('room:join', { room });
		const found = reply.ok && reply.data.messages.find((message) => message.text === text);
		if (!found) return false;
		await add(world, device, entryOf(room, targetOf(found), choice));
		world.ledger.count(`unseen: ${choice.kind}`);
		return true;
	}, patienceMs);
	device.close();
}

/** Adds a change by hand. */
export async function add(world: TestedWorld, author: RawAuthor, entry: RawEntry): Promise<void> {
	if (entry.kind === 'delete') await doom(world, entry.target);
	const reply = await author.add(entry);
	if (reply.ok || EXPECTED.includes(reply.error.code)) return;
	world.ledger.complaints.push(`${entry.kind} by hand was rejected: ${JSON.stringify(reply.error)}`);
}

/** A new change of a message. */
export function entryOf(room: string, target: Target, choice: Choice): RawEntry {
	const { kind, random } = choice;
	// The content is that of its kind.
	return { kind, room, id: random.uuid(), ...contentOf(target, choice) } as RawEntry;
}

export function targetOf({ author, id }: { author: { id: string }; id: string }): Target {
	return { author: author.id, id };
}

/** The messages that somebody may change so. */
function open(
	messages: readonly Message[],
	kind: ChangeKind,
	userId: string | undefined,
	standing: Omit<Standing, 'isAuthor'>
): Message[] {
	const { may } = ENTRY_KINDS[kind];
	return messages.filter(({ author, isDeleted }) => !isDeleted && may({ ...standing, isAuthor: author.id === userId }));
}

function pick(messages: readonly Message[], random: Random): Message {
	return random.pick(random.chance(0.5) ? messages.slice(-NEAR) : messages);
}

/** The content of a sample, with a text of its own. */
function contentOf(target: Target, { kind, random, text }: Choice): object {
	const content = random.pick<object>(CONTENTS[kind](target));
	return 'text' in content ? { ...content, text: text() } : content;
}

/** From now on nobody misses the text of a message. */
async function doom(world: TestedWorld, { author, id }: Target): Promise<void> {
	const found = await world.read(({ ask }) =>
		ask<{ text: string }>(
			`SELECT coalesce(original, text) AS text FROM messages WHERE id = '${id}' AND author_id = '${author}'`
		)
	);
	for (const { text } of found) if (text !== '') world.ledger.doomed.add(text);
}
