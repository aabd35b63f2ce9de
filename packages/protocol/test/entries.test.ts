import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import {
	Emoji,
	ENTRY_KINDS,
	EVERYONE,
	excerptOf,
	fold,
	isMentioned,
	isNewer,
	MAX_QUOTE_CODE_POINTS,
	MAX_REACTION_NAMES,
	messageOf,
	QUOTED_CODE_POINTS,
	Target,
	type ChangeEntry,
	type EntryKind,
	type Message,
	type Standing,
	type User
} from '../src/index.ts';

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';
const [ADA, BO]: [User, User] = [
	{ id: 'ada', name: 'Ada' },
	{ id: 'bo', name: 'Bo' }
];
const TARGET = { author: ADA.id, id: ID, seq: 1 };
const MESSAGE = messageOf({ kind: 'message', seq: 1, id: ID, author: ADA, sentAt: 10, said: 1, text: '안녕' });

const place = (seq: number, author: User) => ({ seq, id: ID, author, sentAt: 10 * seq, said: 1, target: TARGET });
const edit = (seq: number, text: string): ChangeEntry => ({ kind: 'edit', ...place(seq, ADA), text });
const deletion = (seq: number): ChangeEntry => ({ kind: 'delete', ...place(seq, ADA) });
const reaction = (seq: number, author: User, emoji = '👍', isSet = true): ChangeEntry => ({
	...{ kind: 'reaction', ...place(seq, author), emoji, isSet }
});

function foldAll(entries: readonly ChangeEntry[], reader?: string, message: Message = MESSAGE): Message {
	return entries.reduce((folded, entry) => fold(folded, entry, reader), message);
}

const NOBODY: Standing = { isMember: false, isOwner: false, isOperator: false, isAuthor: false };
const STANDINGS = {
	member: { ...NOBODY, isMember: true },
	author: { ...NOBODY, isMember: true, isAuthor: true },
	owner: { ...NOBODY, isMember: true, isOwner: true },
	operator: { ...NOBODY, isOperator: true },
	'author who has left': { ...NOBODY, isAuthor: true },
	stranger: NOBODY
};

/** The people who may add an entry of each kind. A kind that the protocol gains is a type error here. */
const ALLOWED: Record<EntryKind, (keyof typeof STANDINGS)[]> = {
	message: ['member', 'author', 'owner'],
	edit: ['author'],
	delete: ['author', 'owner', 'operator'],
	reaction: ['member', 'author', 'owner'],
	topic: ['member', 'author', 'owner']
};

// The keys are those of the registry.
test.for(Object.keys(ENTRY_KINDS) as EntryKind[])(
	'[SEND-6] [EDIT-1] [REACT-1] [DEL-3] an entry of the kind %s is allowed to exactly the listed people',
	(kind) => {
		const allowed = Object.entries(STANDINGS).filter(([, standing]) => ENTRY_KINDS[kind].may(standing));
		expect(allowed.map(([name]) => name)).toEqual(ALLOWED[kind]);
	}
);

describe('[REACT-1] emojis', () => {
	test.for([
		['❤', '❤️'],
		['❤️', '❤️'],
		['☺', '☺️'],
		['👍', '👍'],
		['👍🏽', '👍🏽'],
		['🇰🇷', '🇰🇷'],
		['1️⃣', '1️⃣'],
		['🏳️‍🌈', '🏳️‍🌈'],
		['👩🏽‍❤️‍💋‍👨🏿', '👩🏽‍❤️‍💋‍👨🏿'],
		['🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿']
	] as const)('%s is stored as %s', ([sent, stored]) => {
		expect(v.parse(Emoji, sent)).toBe(stored);
		expect(v.parse(Emoji, stored)).toBe(stored);
	});

	test.for([
		'',
		' ',
		'a',
		'1',
		'가',
		'👍👍',
		'👍 ',
		'🇰',
		'\ud83d',
		'👍\ud83d',
		'\ufe0f',
		'👍\u200d👎',
		'a'.repeat(1_000),
		7,
		null
	])('%j is no emoji', (value) => {
		expect(v.is(Emoji, value)).toBe(false);
	});
});

test.for([null, ID, {}, { author: 'x' }, { id: ID }, { author: 'two words', id: ID }, { author: 'x', id: 'x' }])(
	'[FOLD-1] %j is no target',
	(value) => {
		expect(v.is(Target, value)).toBe(false);
	}
);

describe('[FOLD-2] an entry', () => {
	test('is applied when it is newer than the last change, and never otherwise', () => {
		const edited = fold(MESSAGE, edit(5, '안녕하세요'));
		expect(edited).toEqual({ ...MESSAGE, text: '안녕하세요', changed: 5, editedAt: 50 });
		for (const late of [edit(5, 'x'), edit(3, 'x'), reaction(4, BO), deletion(2)])
			expect(fold(edited, late)).toBe(edited);
	});

	test('changes no message when it was emptied with it', () => {
		expect(fold(MESSAGE, edit(2, ''))).toBe(MESSAGE);
		expect(fold(MESSAGE, reaction(2, BO, ''))).toBe(MESSAGE);
	});
});

test('[DEL-1] [DEL-2] a deleted message has no text, versions or reactions, and no entry changes it', () => {
	const deleted = foldAll([edit(2, '안녕하세요'), reaction(3, BO), deletion(4)]);
	expect(deleted).toEqual({ ...MESSAGE, text: '', changed: 4, isDeleted: true });
	for (const entry of [edit(5, 'x'), reaction(6, BO), deletion(7)]) expect(fold(deleted, entry)).toBe(deleted);
});

test('[DEL-1] an emptied entry makes a deleted message', () => {
	const emptied = { kind: 'message', seq: 1, id: ID, author: ADA, sentAt: 10, said: 1, text: '' } as const;
	expect(messageOf(emptied)).toEqual({ ...MESSAGE, text: '', isDeleted: true });
});

test('[REACT-2] reactions are counted, keep their order, name the first people and mark those of the reader', () => {
	const people = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, name: id.toUpperCase() }));
	const all = [
		reaction(2, ADA, '🎉'),
		...people.map((user, index) => reaction(3 + index, user)),
		reaction(8, BO, '🎉')
	];
	const named = people.slice(0, MAX_REACTION_NAMES);
	const expected = [
		{ emoji: '🎉', count: 2, people: [ADA, BO] },
		{ emoji: '👍', count: 5, people: named }
	];
	expect(foldAll(all).reactions).toEqual(expected);
	const [party, thumb] = expected;
	// `e` is not among the named people.
	expect(foldAll(all, 'e').reactions).toEqual([party, { ...thumb, isMine: true }]);
	expect(foldAll([...all, reaction(9, { id: 'e', name: 'E' }, '👍', false)], 'e').reactions).toEqual([
		party,
		{ ...thumb, count: 4 }
	]);
	expect(foldAll([...all, reaction(9, ADA, '🎉', false), reaction(10, BO, '🎉', false)]).reactions).toEqual([thumb]);
});

test('[FOLD-3] a change that asks for the reader’s present state changes nothing', () => {
	const reacted = fold(MESSAGE, reaction(2, ADA), ADA.id);
	expect(fold(reacted, reaction(3, ADA), ADA.id)).toBe(reacted);
	expect(fold(reacted, reaction(3, ADA, '🎉', false), ADA.id)).toBe(reacted);
	expect(fold(MESSAGE, reaction(3, ADA, '👍', false), ADA.id)).toBe(MESSAGE);
});

describe('[REPLY-3] a quote', () => {
	const quote = { seq: 1, id: ID, author: ADA, text: '안녕' };
	const reply = messageOf({ ...MESSAGE, kind: 'message', seq: 2, id: 'reply', text: '네', quote });

	test('follows the edits and the deletion of its source alone, each once', () => {
		const edited = fold(reply, edit(3, '안녕\n하세요'));
		expect(edited).toEqual({ ...reply, quote: { ...quote, text: '안녕 하세요', changed: 3 } });
		for (const late of [edit(3, 'x'), deletion(2), reaction(4, BO), edit(5, '')])
			expect(fold(edited, late)).toBe(edited);
		const deleted = fold(edited, deletion(6));
		expect(deleted.quote).toEqual({ ...quote, text: '', changed: 6, isDeleted: true });
		expect(fold(deleted, edit(7, 'x'))).toBe(deleted);
		expect(fold(reply, { ...edit(3, 'x'), target: { ...TARGET, seq: 9 } })).toBe(reply);
	});

	test('does not hinder the changes of its reply, whatever their order', () => {
		const own = { ...edit(4, '그래'), target: { ...TARGET, seq: 2 } };
		const both = fold(fold(reply, edit(5, '뭐')), own);
		expect(both).toMatchObject({ text: '그래', changed: 4, quote: { text: '뭐', changed: 5 } });
		expect(isNewer(both, fold(reply, own))).toBe(true);
		expect(isNewer(both, both)).toBe(false);
		expect(fold(both, { ...deletion(6), target: { ...TARGET, seq: 2 } })).not.toHaveProperty('quote');
	});

	test.for([
		['가\n\n나\t 다 ', '가 나 다'],
		['가'.repeat(MAX_QUOTE_CODE_POINTS), '가'.repeat(MAX_QUOTE_CODE_POINTS)],
		['가'.repeat(MAX_QUOTE_CODE_POINTS + 1), `${'가'.repeat(MAX_QUOTE_CODE_POINTS - 1)}…`],
		['😀'.repeat(4_000), `${'😀'.repeat(MAX_QUOTE_CODE_POINTS - 1)}…`]
	] as const)('shows %j as %j, also where the engine has cut the text', ([text, excerpt]) => {
		expect(excerptOf(text)).toBe(excerpt);
		expect(excerptOf(Array.from(text).slice(0, QUOTED_CODE_POINTS).join(''))).toBe(excerpt);
	});
});

test('[MENTION-1] an edit replaces the mentions, and a mention alone is a change', () => {
	const [ada, bo] = [ADA, BO].map(({ id }) => ({ id, name: '수달' }));
	const said = messageOf({ ...MESSAGE, kind: 'message', text: '@수달', ...(ada && { mentions: [ada] }) });
	const other = fold(said, { kind: 'edit', ...place(2, ADA), text: '@수달', ...(bo && { mentions: [bo] }) });
	expect(other).toMatchObject({ text: '@수달', mentions: [bo], changed: 2, editedAt: 20 });
	expect(fold(other, { kind: 'edit', ...place(3, ADA), text: '@수달', ...(bo && { mentions: [bo] }) })).toBe(other);
	expect(fold(other, edit(3, '@수달'))).not.toHaveProperty('mentions');
	expect(fold(other, deletion(3))).not.toHaveProperty('mentions');
});

test('[MENTION-3] a message mentions the listed people and everyone, and never its author', () => {
	const by = (...ids: string[]) => ({ author: ADA, mentions: ids.map((id) => ({ id, name: 'x' })) });
	expect(isMentioned(by('cy', 'bo'), 'bo')).toBe(true);
	expect(isMentioned(by(EVERYONE), 'bo')).toBe(true);
	for (const message of [by(), by('cy'), { author: ADA }]) expect(isMentioned(message, 'bo')).toBe(false);
	for (const message of [by('ada'), by(EVERYONE)]) expect(isMentioned(message, 'ada')).toBe(false);
});
