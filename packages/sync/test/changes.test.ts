import type { EntryKind, Message } from '@digda/protocol';
import { CHANGE_KINDS, contentOf, KINDS, requestOf, type ChangeKind } from '@digda/testkit/entries.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Content } from '../src/index.ts';
import { Browser } from './support/Browser.ts';
import { logOf } from './support/log.ts';
import { idAt } from './support/RoomLog.ts';

const ME = { id: 'me', name: 'Me' };
const SOMEBODY = { id: 'somebody', name: 'Somebody' };

/** The first message of the log as a target. */
const FIRST = { author: 'somebody', id: idAt(1) };

interface View {
	text: string;
	isDeleted: boolean;
	/** The user's own reactions. */
	own: string[];
}

/** Creates an offline browser that has shown a room with messages of somebody. */
async function openOffline({ length = 3 } = {}): Promise<Browser> {
	const browser = new Browser();
	browser.server.log = logOf(length);
	await browser.connect();
	await browser.disconnect();
	return browser;
}

/** Creates a browser with a sent message without a reply. */
async function openUnanswered(): Promise<Browser> {
	const browser = await openOffline();
	await browser.room.say('mine');
	browser.losing = 'requests';
	await browser.connect();
	await browser.disconnect();
	browser.losing = undefined;
	expect(browser.sent).toHaveLength(1);
	expect(browser.entries).toMatchObject([{ state: 'waiting', wasSent: true }]);
	return browser;
}

/** Returns sample content of a kind, with its kind. */
function sampleOf(kind: EntryKind, target = FIRST): Content {
	// The kind and its content match; TypeScript cannot prove it for a generic kind.
	return { kind, ...contentOf<EntryKind>(kind, target) } as Content;
}

/** Returns the parts of a message that a user may change. A reaction that was set again may have another position. */
function viewOf({ text, isDeleted, reactions = [] }: Message): View {
	const own = reactions.filter(({ isMine }) => isMine).map(({ emoji }) => emoji);
	return { text, isDeleted: isDeleted === true, own: own.toSorted() };
}

/** Returns the texts of the user's messages in the log. */
function ownTexts({ server }: Browser): string[] {
	return server.room
		.messages()
		.filter(({ author }) => author.id === 'me')
		.map(({ text }) => text);
}

test('an edit of an unsent message changes its text, and the client sends one message', async () => {
	const browser = await openOffline();
	await browser.room.say('first');
	await browser.room.edit(browser.unsent('first'), 'better');
	await browser.room.edit(browser.unsent('better'), 'best');
	expect(browser.entries).toMatchObject([{ content: { kind: 'message', text: 'best' }, state: 'waiting' }]);
	expect(browser.storage.entries).toMatchObject([{ content: { kind: 'message', text: 'best' } }]);
	await browser.finish();
	expect(browser.sent).toMatchObject([{ name: 'message:send', payload: { text: 'best' } }]);
	expect(browser.storage.entries).toEqual([]);
});

test('a deletion of an unsent message removes it, and the client does not send it', async () => {
	const browser = await openOffline();
	for (const text of ['first', 'second', 'third']) await browser.room.say(text);
	const second = browser.unsent('second');
	await browser.room.react(second, '👍', true);
	await browser.room.delete(second);
	expect(browser.entries).toMatchObject([{ content: { text: 'first' } }, { content: { text: 'third' } }]);
	expect(browser.storage.entries).toHaveLength(2);
	await browser.finish();
	expect(browser.sent.map(({ name }) => name)).toEqual(['message:send', 'message:send']);
	expect(ownTexts(browser)).toEqual(['first', 'third']);
});

test.for(CHANGE_KINDS)('[BOX-2] a change of a message without a reply waits behind it: %s', async (kind) => {
	const browser = await openUnanswered();
	const [message] = browser.entries;
	const target = { author: 'me', id: message?.id ?? '' };
	await browser.chat.outbox.add('lobby', sampleOf(kind, target));
	await browser.room.say('after it');
	expect(browser.entries.map(({ content }) => content.kind)).toEqual(['message', kind, 'message']);
	await browser.finish();
	expect(browser.sent.slice(1)).toMatchObject([
		{ name: 'message:send', payload: { id: message?.id, text: 'mine' } },
		{ name: requestOf(kind), payload: contentOf(kind, target) },
		{ name: 'message:send', payload: { text: 'after it' } }
	]);
	expect(browser.server.log.slice(3).map((entry) => entry.kind)).toEqual(['message', kind, 'message']);
	expect(browser.entries).toEqual([]);
});

test('an edit and a deletion of a message without a reply are sent in order', async () => {
	const browser = await openUnanswered();
	const message = browser.unsent('mine');
	await browser.room.edit(message, 'better');
	await browser.finish();
	await browser.room.delete(message);
	await browser.finish();
	expect(browser.sent.slice(1).map(({ name }) => name)).toEqual(['message:send', 'message:edit', 'message:delete']);
	expect(browser.server.room.messages()[3]).toMatchObject({ isDeleted: true });
});

test('the deletion of a message without a reply drops its unsent edit', async () => {
	const browser = await openUnanswered();
	const message = browser.unsent('mine');
	await browser.room.edit(message, 'better');
	await browser.room.delete(message);
	await browser.finish();
	expect(browser.sent.slice(1).map(({ name }) => name)).toEqual(['message:send', 'message:delete']);
});

test('opposite unsent reactions cancel each other, and other reactions stay', async () => {
	const browser = await openOffline();
	const message = browser.shown(1);
	await browser.room.react(message, '👍', true);
	await browser.room.react(message, '🎉', true);
	await browser.room.react(browser.shown(2), '👍', true);
	await browser.room.react(message, '👍', false);
	expect(browser.entries.map(({ content }) => content)).toMatchObject([
		{ target: { id: idAt(1) }, emoji: '🎉' },
		{ target: { id: idAt(2) }, emoji: '👍' }
	]);
	await browser.room.react(message, '🎉', true);
	await browser.room.react(browser.shown(2), '👍', false);
	expect(browser.storage.entries).toHaveLength(1);
	await browser.finish();
	expect(browser.sent).toMatchObject([{ name: 'message:react', payload: { emoji: '🎉', isSet: true } }]);
});

test('the client sends two edits of a message as one', async () => {
	const browser = await openOffline({ length: 2 });
	await browser.room.edit(browser.shown(1), 'better');
	await browser.room.edit(browser.shown(2), 'other');
	await browser.room.edit(browser.shown(1), 'best');
	await browser.finish();
	expect(browser.sent).toMatchObject([
		{ name: 'message:edit', payload: { target: FIRST, text: 'best' } },
		{ name: 'message:edit', payload: { target: { id: idAt(2) }, text: 'other' } }
	]);
});

test('a deletion drops only the waiting edits and reactions of its message', async () => {
	const browser = await openOffline();
	const message = browser.shown(1);
	await browser.room.edit(message, 'better');
	await browser.room.react(message, '👍', true);
	await browser.room.react(message, '🎉', true);
	await browser.room.react(browser.shown(2), '👍', true);
	await browser.room.delete(message);
	await browser.room.delete(message);
	await browser.room.edit(message, 'too late');
	expect(browser.entries.map(({ content }) => content)).toMatchObject([
		{ kind: 'reaction', target: { id: idAt(2) } },
		{ kind: 'delete', target: FIRST }
	]);
	await browser.finish();
	expect(browser.sent.map(({ name }) => name)).toEqual(['message:react', 'message:delete']);
	expect(browser.entries).toEqual([]);
});

test('a change is not merged into an entry of another room or another author', async () => {
	const browser = await openOffline();
	const { outbox } = browser.chat;
	await outbox.add('hall', { kind: 'edit', target: FIRST, text: 'in the hall' });
	await outbox.add('lobby', { kind: 'edit', target: { ...FIRST, author: 'me' }, text: 'of mine' });
	await outbox.add('lobby', { kind: 'delete', target: FIRST });
	expect(outbox.entries.map(({ room, content }) => [room, content.kind])).toEqual([
		['hall', 'edit'],
		['lobby', 'edit'],
		['lobby', 'delete']
	]);
});

test('[BOX-8] a change is not merged into an entry that another tab has sent', async () => {
	const browser = await openOffline();
	await browser.room.say('mine');
	const message = browser.unsent('mine');
	await browser.storage.change(message.id, (stored) => ({ ...stored, wasSent: true }));
	await browser.room.edit(message, 'better');
	expect(browser.entries.map(({ content }) => content)).toMatchObject([
		{ kind: 'message', text: 'mine' },
		{ kind: 'edit', text: 'better' }
	]);
});

test.for(KINDS)('[BOX-1] an entry of a kind survives a reload and is sent once: %s', async (kind) => {
	const browser = await openOffline();
	await browser.chat.outbox.add('lobby', sampleOf(kind));
	const [entry] = browser.entries;
	await browser.reload();
	expect(browser.entries).toEqual([entry]);
	await browser.reload();
	await browser.finish();
	await browser.reload();
	await browser.finish();
	const { kind: _, ...content } = sampleOf(kind);
	expect(browser.sent).toEqual([{ name: requestOf(kind), payload: { room: 'lobby', id: entry?.id, ...content } }]);
	expect(browser.server.log.slice(3)).toMatchObject([{ kind, id: entry?.id, author: ME }]);
	expect(browser.storage.entries).toEqual([]);
});

test('[BOX-2] [BOX-3] entries of all kinds are sent in order in each room, whatever happens to the replies', async () => {
	const browser = await openOffline();
	const { outbox } = browser.chat;
	const contents = [1, 2, 3].flatMap((seq) => {
		const target = { author: 'somebody', id: idAt(seq) };
		// A deleted message accepts no more changes.
		return KINDS.toSorted((a, b) => Number(a === 'delete') - Number(b === 'delete')).map((kind) => ({
			kind,
			content: sampleOf(kind, target)
		}));
	});
	let inFlight = 0;
	const request = browser.server.socket.request.bind(browser.server.socket);
	let number = 0;
	browser.server.socket.request = async (name, payload) => {
		const isEntry = KINDS.some((kind) => requestOf(kind) === name);
		if (!isEntry) return await request(name, payload);
		expect((inFlight += 1)).toBe(1);
		number += 1;
		try {
			if (number % 3 === 1) throw new Error('lost on its way');
			const reply = await request(name, payload);
			if (number % 3 === 2) throw new Error('the reply was lost');
			return reply;
		} finally {
			inFlight -= 1;
		}
	};
	for (const { kind, content } of contents) {
		// A later change would be merged into a waiting one, so waiting ones are marked as sent.
		await outbox.add('lobby', content);
		for (const { id, content: waiting } of browser.entries) {
			if (waiting.kind === kind) await outbox.change(id, (stored) => ({ ...stored, wasSent: true }));
		}
	}
	const made = browser.entries.map(({ id }) => id);
	expect(made).toHaveLength(contents.length);
	await browser.connect();
	await browser.time.pass(60_000);
	browser.deliver();
	expect(browser.server.log.slice(3).map(({ id }) => id)).toEqual(made);
	expect(browser.entries).toEqual([]);
});

test('[BOX-1] [BOX-2] a room that is closed and opened again continues to send one entry at a time, and keeps entries that it does not show', async () => {
	const browser = await openOffline();
	await browser.connect();
	const request = browser.server.socket.request.bind(browser.server.socket);
	const answer = Promise.withResolvers<undefined>();
	let inFlight = 0;
	browser.server.socket.request = async (name, payload) => {
		if (name !== 'message:send') return await request(name, payload);
		expect((inFlight += 1)).toBe(1);
		await answer.promise;
		inFlight -= 1;
		return await request(name, payload);
	};
	for (const text of ['one', 'two', 'three']) await browser.room.say(text);
	await browser.time.settle();
	browser.chat.close('lobby');
	browser.room = browser.chat.open('lobby');
	await browser.time.settle();
	expect([browser.room.status, inFlight]).toEqual(['joined', 1]);
	answer.resolve(undefined);
	await browser.time.settle();
	// The entries are in the log, but the room does not show them yet.
	expect(browser.entries.map(({ state }) => state)).toEqual(['stored', 'stored', 'stored']);
	await browser.finish();
	expect(browser.sent).toHaveLength(3);
	expect(ownTexts(browser)).toEqual(['one', 'two', 'three']);
	expect(browser.entries).toEqual([]);
});

test.for(CHANGE_KINDS)('a change is shown at once, until it is rejected: %s', async (kind) => {
	const browser = await openOffline();
	browser.server.add(SOMEBODY, { kind: 'edit', target: 1, text: 'as it is' });
	const before = browser.room.messages;
	const views: Record<ChangeKind, object> = {
		edit: { text: '안녕하세요' },
		delete: { text: '', isDeleted: true },
		reaction: { reactions: [{ emoji: '👍', count: 1, people: [ME], isMine: true }] }
	};
	let changes = 0;
	browser.room.changes.on(() => (changes += 1));
	const adding = browser.chat.outbox.add('lobby', sampleOf(kind));
	await adding;
	expect(changes).toBeGreaterThan(0);
	expect(browser.shown(1)).toMatchObject(views[kind]);
	expect(browser.room.messages).not.toBe(before);
	expect(browser.room.messages).toBe(browser.room.messages);
	expect(browser.shown(2)).toBe(before[1]);

	browser.server.instead[requestOf(kind)] = () => ({ ok: false, error: { code: 'forbidden', message: '' } });
	changes = 0;
	await browser.connect();
	expect(changes).toBeGreaterThan(0);
	expect(browser.entries).toMatchObject([{ state: 'failed', failure: 'forbidden' }]);
	expect(viewOf(browser.shown(1))).toEqual({ text: 'as it is', isDeleted: false, own: [] });
	expect(browser.room.messages).toEqual(browser.server.room.messages());
});

test.for(CHANGE_KINDS)('a change stays visible from the click to its delivery: %s', async (kind) => {
	const browser = await openOffline();
	await browser.connect();
	await browser.chat.outbox.add('lobby', sampleOf(kind));
	const expected = viewOf(browser.shown(1));
	const seen: unknown[] = [];
	browser.room.changes.on(() => seen.push(viewOf(browser.shown(1))));
	await browser.time.settle();
	expect(browser.entries).toMatchObject([{ state: 'stored', seq: 4 }]);
	browser.deliver();
	expect(browser.entries).toEqual([]);
	expect(viewOf(browser.shown(1))).toEqual(expected);
	expect(seen.length).toBeGreaterThan(2);
	for (const view of seen) expect(view).toEqual(expected);
});

test('changes of a message are shown in the order of their creation', async () => {
	const browser = await openUnanswered();
	const message = browser.shown(1);
	await browser.room.edit(message, 'better');
	await browser.room.react(message, '👍', true);
	await browser.room.react(browser.shown(2), '🎉', true);
	expect(browser.room.messages.map(viewOf)).toEqual([
		{ text: 'better', isDeleted: false, own: ['👍'] },
		{ text: 'text 2', isDeleted: false, own: ['🎉'] },
		{ text: 'text 3', isDeleted: false, own: [] }
	]);
	await browser.room.delete(message);
	expect(viewOf(browser.shown(1))).toEqual({ text: '', isDeleted: true, own: [] });
});

test.for(KINDS.flatMap((kind) => (['retry', 'retract'] as const).map((what) => [kind, what] as const)))(
	'[BOX-3] an entry with a final rejection has its code, and can be retried or retracted: %s, %s',
	async ([kind, what]) => {
		const browser = await openOffline();
		const { chat, server, storage } = browser;
		await chat.outbox.add('lobby', sampleOf(kind));
		const id = browser.entries[0]?.id ?? '';
		server.instead[requestOf(kind)] = () => ({ ok: false, error: { code: 'invalid', message: '' } });
		await browser.connect();
		expect(browser.entries).toMatchObject([{ id, state: 'failed', failure: 'invalid' }]);
		expect(storage.entries).toMatchObject([{ id, failure: 'invalid' }]);
		Object.assign(server.instead, { [requestOf(kind)]: undefined });
		await browser.reload();
		await browser.connect();
		expect(browser.entries).toMatchObject([{ id, state: 'failed', failure: 'invalid' }]);
		expect(browser.sent).toHaveLength(1);

		if (what === 'retry') {
			await browser.chat.outbox.retry(id);
			await browser.finish();
			expect(server.log.slice(3)).toMatchObject([{ kind, id }]);
		} else {
			expect(await browser.chat.outbox.retract(id)).toBe(true);
			await browser.finish();
			expect(server.log).toHaveLength(3);
		}
		expect(browser.sent).toHaveLength(what === 'retry' ? 2 : 1);
		expect(browser.entries).toEqual([]);
		expect(storage.entries).toEqual([]);
	}
);

test.for(KINDS)(
	'[BOX-5] an unsent entry can be retracted, and an entry that the server may have cannot: %s',
	async (kind) => {
		const browser = await openOffline();
		const { outbox } = browser.chat;
		await outbox.add('lobby', sampleOf(kind));
		expect(await outbox.retract(browser.entries[0]?.id ?? '')).toBe(true);
		expect(browser.storage.entries).toEqual([]);
		await outbox.add('lobby', sampleOf(kind));
		browser.losing = 'replies';
		await browser.connect();
		expect(browser.sent).toHaveLength(1);
		await browser.disconnect();
		expect(await outbox.retract(browser.entries[0]?.id ?? '')).toBe(false);
		expect(browser.entries).toHaveLength(1);
	}
);

test.for(KINDS)('[BOX-1] an entry is settled only when it is acknowledged and delivered: %s', async (kind) => {
	const browser = await openOffline();
	await browser.connect();
	await browser.chat.outbox.add('lobby', sampleOf(kind));
	await browser.time.settle();
	expect(browser.entries).toMatchObject([{ state: 'stored', seq: 4 }]);
	expect(browser.storage.entries).toHaveLength(1);
	browser.deliver();
	expect(browser.entries).toEqual([]);
	expect(browser.storage.entries).toEqual([]);
});

test.for(CHANGE_KINDS)('[BOX-1] a change is settled although the reader is far back in the log: %s', async (kind) => {
	const browser = new Browser();
	browser.server.log = logOf(400);
	browser.server.readSeq = 10;
	await browser.connect();
	expect(browser.room.timeline).toMatchObject({ from: 1, to: 50, isFollowing: false });
	browser.losing = 'replies';
	await browser.chat.outbox.add('lobby', sampleOf(kind));
	await browser.time.settle();
	await browser.disconnect();
	browser.losing = undefined;
	await browser.connect();
	expect(browser.room.timeline).toMatchObject({ to: 50, head: 401 });
	expect(browser.entries).toEqual([]);
	expect(viewOf(browser.shown(1))).not.toEqual({ text: 'text 1', isDeleted: false, own: [] });
});

test.for(KINDS)('[BOX-4] a delivery settles an entry whose reply was lost: %s', async (kind) => {
	const browser = await openOffline();
	await browser.connect();
	browser.losing = 'replies';
	await browser.chat.outbox.add('lobby', sampleOf(kind));
	await browser.time.settle();
	expect(browser.entries).toMatchObject([{ state: 'sending' }]);
	browser.deliver();
	expect(browser.entries).toEqual([]);
	expect(browser.storage.entries).toEqual([]);
	browser.losing = undefined;
	await browser.disconnect();
	await browser.finish();
	expect(browser.sent).toHaveLength(1);
});

test.for(KINDS)('[BOX-4] its reply or its delivery settles an entry of a closed room: %s', async (kind) => {
	for (const isAcknowledged of [true, false]) {
		const browser = await openOffline();
		const { chat, server } = browser;
		chat.close('lobby');
		await browser.connect();
		browser.losing = isAcknowledged ? undefined : 'replies';
		await chat.outbox.add('lobby', sampleOf(kind));
		await browser.time.settle();
		if (!isAcknowledged) browser.deliver();
		expect(chat.outbox.entries).toEqual([]);
		expect(browser.storage.entries).toEqual([]);
		expect(server.log.slice(3)).toMatchObject([{ kind }]);
	}
});

test('[FOLD-3] the reply settles a change that the log already contains', async () => {
	const browser = await openOffline();
	browser.server.add(ME, { kind: 'reaction', target: 1, emoji: '👍', isSet: true });
	await browser.connect();
	await browser.room.react(browser.shown(1), '👍', true);
	await browser.time.settle();
	expect(browser.server.log).toHaveLength(4);
	expect(browser.entries).toEqual([]);
});

test.for<Content>([
	...KINDS.map((kind) => sampleOf(kind, { author: '', id: idAt(900) })),
	{ kind: 'message', text: 'reply', replyTo: { author: '', id: idAt(900) } }
])('[BOX-8] an entry from before the first session is sent as an entry of its user: %j', async (content) => {
	const browser = await openOffline();
	await browser.reload();
	const { chat, server, storage } = browser;
	server.log = [];
	await storage.add({
		...{ id: idAt(900), userId: '', room: 'lobby', content: { kind: 'message', text: 'mine' } },
		...{ typedAt: 0, wasSent: false }
	});
	await storage.add({ id: idAt(901), userId: '', room: 'lobby', content, typedAt: 0, wasSent: false });
	await chat.outbox.load();
	await browser.finish();
	const { kind, ...fields } = content;
	expect(browser.sent.map(({ payload }) => payload)).toEqual([
		{ room: 'lobby', id: idAt(900), text: 'mine' },
		{ room: 'lobby', id: idAt(901), ...(JSON.parse(JSON.stringify(fields).replace('""', '"me"')) as object) }
	]);
	expect(server.log).toMatchObject([{ kind: 'message' }, { kind, author: ME }]);
	expect(browser.entries).toEqual([]);
});

/** The events of the connection and the page. */
const DISTURBANCES = ['connect', 'disconnect', 'lose requests', 'lose replies', 'reload'] as const;

/** A step of a script. `of` selects one of the existing messages, and `number` makes texts different. */
interface Step {
	what: 'say' | 'edit' | 'delete' | 'react' | (typeof DISTURBANCES)[number];
	of: number;
	emoji: string;
}

/** Plays a script on a log with some messages. @returns each message of the final log */
async function play(steps: readonly Step[], isOnline: boolean) {
	const browser = await openOffline({ length: 1 });
	/** The names of the messages, in order. */
	const targets: { author: string; id: string }[] = [FIRST];
	const own = new Map<string, boolean>();
	const say = async (text: string) => {
		await browser.room.say(text);
		targets.push({ author: 'me', id: browser.entries.at(-1)?.id ?? '' });
	};
	await say('own');
	await browser.finish();
	if (!isOnline) await browser.disconnect();

	for (const [number, { what, of, emoji }] of steps.entries()) {
		const target = targets[of % targets.length] ?? FIRST;
		const { outbox } = browser.chat;
		if (what === 'say') await say(`text ${number}`);
		else if (what === 'edit') await outbox.add('lobby', { kind: 'edit', target, text: `text ${number}` });
		else if (what === 'delete') await outbox.add('lobby', { kind: 'delete', target });
		else if (what === 'react') {
			// A reader toggles the reaction that they see.
			const key = `${of % targets.length} ${emoji}`;
			const isSet = !own.get(key);
			own.set(key, isSet);
			await outbox.add('lobby', { kind: 'reaction', target, emoji, isSet });
		} else if (!isOnline) await disturb(browser, what);
		if (isOnline) await browser.finish();
	}
	await browser.finish();
	await browser.time.pass(60_000);
	browser.deliver();
	const messages = browser.server.room.messages();
	expect(browser.room.messages.map(viewOf)).toEqual(messages.map(viewOf));
	return targets.map(({ id }, index): View | undefined => {
		const message = messages.find((each) => each.id === id);
		if (message) return viewOf(message);
		// A deleted unsent message never reaches the log.
		return index < 2 ? undefined : { text: '', isDeleted: true, own: [] };
	});
}

/** Applies an event to the connection or the page. */
async function disturb(browser: Browser, what: Step['what']): Promise<void> {
	if (what === 'connect') await browser.finish();
	else if (what === 'disconnect') await browser.disconnect();
	else if (what === 'reload') await browser.reload();
	else {
		browser.losing = what === 'lose requests' ? 'requests' : 'replies';
		await browser.connect();
		await browser.disconnect();
		browser.losing = undefined;
	}
}

/** Plays random scripts offline and online. */
async function comparePlays(steps: readonly Step['what'][]): Promise<void> {
	const step = fc.record({
		what: fc.constantFrom(...steps),
		of: fc.nat({ max: 3 }),
		emoji: fc.constantFrom('👍', '🎉')
	});
	await fc.assert(
		fc.asyncProperty(fc.array(step, { maxLength: 14, size: 'max' }), async (script) => {
			expect(await play(script, false)).toEqual(await play(script, true));
		}),
		{ numRuns: 100 }
	);
}

test('a script has the same result offline and online', async () => {
	await comparePlays(['say', 'edit', 'delete', 'react']);
}, 60_000);

test('[BOX-3] a script has the same result on a bad and on a good connection', async () => {
	await comparePlays(['say', 'edit', 'edit', 'delete', 'react', 'react', ...DISTURBANCES]);
}, 60_000);

test('[REPLY-1] a reply names a message of the log, or one that waits before it', async () => {
	const browser = await openOffline();
	const [first] = browser.room.timeline.messages;
	if (!first) throw new Error('the room is empty');
	await browser.room.say('mine', { replyTo: first });
	await browser.room.say('more', { replyTo: browser.unsent('mine') });
	const [mine, more] = browser.entries;
	if (!mine || !more) throw new Error('the outbox is empty');
	expect(browser.room.quoteFor(mine)).toMatchObject({ seq: 1, id: first.id, text: first.text });
	expect(browser.room.quoteFor(more)).toMatchObject({ id: mine.id, author: ME, text: 'mine' });
	// The outbox holds no copy of the source.
	expect(JSON.stringify(browser.storage.entries)).not.toContain(first.text);
	await browser.finish();
	expect(browser.sent.map(({ payload }) => payload)).toMatchObject([
		{ text: 'mine', replyTo: FIRST },
		{ text: 'more', replyTo: { author: 'me', id: mine.id } }
	]);
	expect(browser.room.timeline.messages.slice(-2).map(({ quote }) => quote)).toMatchObject([
		{ seq: 1, text: first.text },
		{ seq: 4, text: 'mine' }
	]);
});

test('[REPLY-3] a waiting change of a message shows in its quotes', async () => {
	const browser = new Browser();
	browser.server.log = logOf(1);
	browser.server.add(ME, { kind: 'message', text: 'mine' });
	browser.server.add(SOMEBODY, { kind: 'message', text: 'reply', replyTo: 2 });
	await browser.connect();
	await browser.disconnect();
	const [, mine] = browser.room.messages;
	if (!mine) throw new Error('the room is empty');
	await browser.room.edit(mine, 'better');
	expect(browser.room.messages.at(-1)?.quote?.text).toBe('better');
	await browser.room.delete(mine);
	expect(browser.room.messages.at(-1)?.quote).toMatchObject({ text: '', isDeleted: true });
	expect(browser.room.timeline.messages.at(-1)?.quote?.text).toBe('mine');
});

test('[MENTION-1] a message and an edit have the mentions that their text names', async () => {
	const browser = await openOffline();
	const [me, you] = ['me', 'you'].map((id) => ({ id, name: id }));
	if (!me || !you) throw new Error('a person is missing');
	await browser.room.say('hello @you', { mentions: [me, you] });
	expect(browser.entries).toMatchObject([{ content: { mentions: [you] } }]);
	// An edit of an unsent message replaces its mentions, and keeps what it replies to.
	await browser.room.edit(browser.unsent('hello @you'), 'hello');
	expect(browser.entries[0]?.content).toEqual({ kind: 'message', text: 'hello' });
	await browser.room.edit(browser.unsent('hello'), 'hello @me', [me]);
	await browser.finish();
	const [mine] = browser.room.messages.slice(-1);
	expect(mine).toMatchObject({ text: 'hello @me', mentions: [me] });
	if (mine) await browser.room.edit(mine, 'hello @you', [you]);
	await browser.finish();
	expect(browser.room.messages.at(-1)).toMatchObject({ text: 'hello @you', mentions: [you] });
});

test('[TOPIC-1] a room has the topic of the log, or the one that waits', async () => {
	const browser = new Browser();
	browser.server.log = logOf(1);
	browser.server.add(SOMEBODY, { kind: 'topic', text: 'one' });
	await browser.connect();
	expect(browser.room.topic).toBe('one');
	expect(browser.room.messages.at(-1)).toMatchObject({ text: 'one', isTopic: true });
	browser.server.say(SOMEBODY, { kind: 'topic', text: 'two' });
	browser.server.news(1, 2);
	expect(browser.room.topic).toBe('two');
	await browser.disconnect();
	await browser.room.setTopic('mine');
	expect(browser.room.topic).toBe('mine');
	browser.server.add(SOMEBODY, { kind: 'topic', text: 'theirs' });
	await browser.reload();
	await browser.finish();
	expect(browser.server.room.topic).toBe('mine');
	expect(browser.room.topic).toBe('mine');
	expect(browser.entries).toEqual([]);
	browser.server.say(SOMEBODY, { kind: 'topic', text: '' });
	expect(browser.room.topic).toBe('');
});

/** Returns what the outbox stores, without times. */
function kept({ storage }: Browser) {
	return storage.entries.map(({ id, userId, content, failure }) => ({ id, userId, content, failure }));
}

test('[BOX-6] the changes behind an adopted message are adopted with it, and a reply follows it', async () => {
	const browser = await openOffline();
	await browser.room.say('mine');
	browser.losing = 'requests';
	await browser.connect();
	await browser.disconnect();
	browser.losing = undefined;
	const [mine] = browser.entries;
	if (!mine) throw new Error('the outbox is empty');
	await browser.room.edit(mine, 'better');
	await browser.room.react(mine, '👍', true);
	await browser.room.say('reply', { replyTo: mine });
	browser.storage.rows = browser.storage.rows.map((row) => ({
		...row,
		entry: JSON.parse(JSON.stringify(row.entry).replaceAll('"me"', '"earlier"')) as typeof row.entry
	}));
	await browser.reload();
	expect(browser.chat.outbox.foreign).toHaveLength(4);
	await browser.chat.outbox.adopt(mine.id);
	const [message, edit, reaction, reply] = kept(browser);
	const target = { author: 'me', id: message?.id };
	expect(message?.id).not.toBe(mine.id);
	expect([message, edit, reaction, reply]).toMatchObject([
		{ userId: 'me', content: { text: 'mine' } },
		{ userId: 'me', content: { kind: 'edit', target } },
		{ userId: 'me', content: { kind: 'reaction', target } },
		{ userId: 'earlier', content: { replyTo: target } }
	]);
	expect(browser.chat.outbox.entries.map(({ id }) => id)).toEqual([message?.id, edit?.id, reaction?.id]);
	await browser.chat.outbox.adopt(reply?.id ?? '');
	await browser.finish();
	expect(browser.entries).toEqual([]);
	expect(browser.server.room.messages().slice(-2)).toMatchObject([
		{ author: ME, text: 'better', reactions: [{ emoji: '👍' }] },
		{ text: 'reply', quote: { text: 'better' } }
	]);
});

test('[BOX-3] the changes behind a message that is retried under a new id follow it', async () => {
	const browser = await openUnanswered();
	const [mine] = browser.entries;
	if (!mine) throw new Error('the outbox is empty');
	await browser.room.edit(mine, 'better');
	await browser.room.say('reply', { replyTo: mine });
	const reused = { ok: false, error: { code: 'id_reused', message: '' } } as const;
	browser.server.instead['message:send'] = () => reused;
	await browser.connect();
	delete browser.server.instead['message:send'];
	expect(browser.entries.map(({ failure }) => failure)).toEqual(['id_reused', 'not_found', 'id_reused']);
	for (const { id } of [...browser.entries]) await browser.chat.outbox.retry(id);
	await browser.finish();
	expect(browser.entries).toEqual([]);
	expect(browser.server.room.messages().slice(-2)).toMatchObject([
		{ author: ME, text: 'better' },
		{ text: 'reply', quote: { text: 'better' } }
	]);
	expect(browser.server.room.messages().at(-2)?.id).not.toBe(mine.id);
});

test('[REPLY-1] a reply to a message that is retracted before it was sent replies to nothing', async () => {
	const browser = await openOffline();
	await browser.room.say('mine');
	const mine = browser.unsent('mine');
	await browser.room.say('reply', { replyTo: mine });
	await browser.room.delete(mine);
	expect(kept(browser)).toMatchObject([{ content: { text: 'reply' } }]);
	await browser.finish();
	expect(browser.sent.map(({ payload }) => payload)).toEqual([
		{ room: 'lobby', id: expect.any(String) as string, text: 'reply' }
	]);
});
