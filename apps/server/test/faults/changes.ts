import {
	ENTRY_KINDS,
	type EntryContent,
	type RejectionCode,
	type Message,
	type Standing,
	type Target
} from '@digda/protocol';
import { targetOf, type Room } from '@digda/sync';
import { CONTENTS, type ChangeKind } from '@digda/testkit/entries.ts';
import { happens } from '@digda/testkit/faults/until.ts';
import type { Typing } from './discard.ts';
import type { FaultClient } from './FaultClient.ts';
import type { Page } from './Page.ts';
import type { Random } from './random.ts';
import type { RawAuthor, RawEntry } from './RawAuthor.ts';
import type { TestedWorld } from './TestedWorld.ts';

/** The method of a room for each kind of change. */
const BY_PAGE: { [Kind in ChangeKind]: (room: Room, message: Message, content: EntryContent<Kind>) => Promise<void> } =
	{
		edit: (room, message, { text }) => room.edit(message, text),
		delete: (room, message) => room.delete(message),
		reaction: (room, message, { emoji, isSet }) => room.react(message, emoji, isSet)
	};

type ByPage = (room: Room, message: Message, content: object) => Promise<void>;

/** The expected rejections of a change: its message was deleted or undone, its author removed, the disk full. */
export const EXPECTED: readonly RejectionCode[] = ['gone', 'not_found', 'unavailable'];

/** This many newest messages are changed as often as all others, so that changes collide. */
const NEAR = 4;

/** A change with its random parts. */
export interface Choice {
	kind: ChangeKind;
	random: Random;
	/** Makes a new text. */
	text: () => string;
}

/** A page changes one of its shown messages, and does not wait: a lost answer loses no message. */
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
	// `contentOf` returns the content of this kind. From here on the outbox sends it, however often the page is reloaded.
	void (BY_PAGE[choice.kind] as ByPage)(room, message, content);
}

/** A person changes one of a few messages without an outbox, and waits. @param isOwner whether they own the room */
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
 * A page sends a message and receives nothing from then on. Another device of the same person finds the message in the
 * log and changes it. The page, which sends it again, must not restore the first version.
 */
export async function changeUnseen(
	world: TestedWorld,
	{ client, page, room, text }: Typing & { client: FaultClient },
	choice: Choice,
	patienceMs?: number
): Promise<void> {
	// Without a token the other device would be another person.
	if (!(await happens(() => client.identity.token !== undefined, patienceMs))) return;
	client.proxy.mute('down');
	// The typing succeeds, or ends with the page.
	page
		.say(room, text)
		.catch((error: unknown) => world.ledger.complaints.push(`${page.name} could not type: ${String(error)}`));
	const device = world.author({ ...client.identity });
	// An earlier fault may keep the message or the other device away.
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

/** Adds a change without an outbox. */
export async function add(world: TestedWorld, author: RawAuthor, entry: RawEntry): Promise<void> {
	if (entry.kind === 'delete') await doom(world, entry.target);
	const reply = await author.add(entry);
	if (reply.ok || EXPECTED.includes(reply.error.code)) return;
	world.ledger.complaints.push(`${entry.kind} by hand was rejected: ${JSON.stringify(reply.error)}`);
}

/** A new change of a message. */
export function entryOf(room: string, target: Target, choice: Choice): RawEntry {
	const { kind, random } = choice;
	// `contentOf` returns the content of this kind.
	return { kind, room, id: random.uuid(), ...contentOf(target, choice) } as RawEntry;
}

/** The messages that a person may change in this way. */
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

/** The content of a sample, with a new text. */
function contentOf(target: Target, { kind, random, text }: Choice): object {
	const content = random.pick<object>(CONTENTS[kind](target));
	if (!('text' in content)) return content;
	const { mentions = [] } = content as EntryContent<'edit'>;
	return { ...content, text: [text(), ...mentions.map(({ name }) => `@${name}`)].join(' ') };
}

/** Records that the text of a message may be missing from now on. */
async function doom(world: TestedWorld, { author, id }: Target): Promise<void> {
	const found = await world.read(({ ask }) =>
		ask<{ text: string }>(
			`SELECT coalesce(original, text) AS text FROM messages WHERE id = '${id}' AND author_id = '${author}'`
		)
	);
	for (const { text } of found) if (text !== '') world.ledger.doomed.add(text);
}
