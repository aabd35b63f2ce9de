import { randomUUID } from 'node:crypto';
import {
	ENTRY_KINDS,
	MAX_MENTIONS,
	MAX_TEXT_CODE_POINTS,
	type EntryContent,
	type EntryKind,
	type Target
} from '@digda/protocol';

/** A field in which kinds of entries differ. */
export type ContentField = { [Kind in EntryKind]: keyof EntryContent<Kind> }[EntryKind];

/** A kind of entry that changes a message. */
export type ChangeKind = {
	[Kind in EntryKind]: EntryContent<Kind> extends { target: unknown } ? Kind : never;
}[EntryKind];

// The keys are those of the registry.
export const KINDS = Object.keys(ENTRY_KINDS) as EntryKind[];

/** The kinds of entries that change a message. */
export const CHANGE_KINDS = KINDS.filter((kind): kind is ChangeKind => 'target' in ENTRY_KINDS[kind].content);

/**
 * Contents of each kind of entry, which its schema accepts unchanged. All of them differ, and the first one sets something.
 * Tests of all kinds read them from here, so that a new kind is a type error until it has contents.
 */
export const CONTENTS: {
	readonly [Kind in EntryKind]: (target: Target) => readonly [EntryContent<Kind>, ...EntryContent<Kind>[]];
} = {
	message: (target) => [
		{ text: '안녕' },
		{ text: '잘 가' },
		{ text: '안녕', replyTo: target },
		{ text: '안녕 @수달', mentions: [{ id: 'ada', name: '수달' }] },
		{ text: '안녕 @수달', mentions: [{ id: 'bora', name: '수달' }] }
	],
	edit: (target) => [
		{ target, text: '안녕하세요' },
		// The same text as in the first message.
		{ target, text: '안녕' },
		{
			target,
			text: '잘 가요 @수달',
			mentions: [
				{ id: 'bora', name: '수달' },
				{ id: 'chan', name: '수달' }
			]
		},
		{ target, text: '잘 가요 @수달' }
	],
	delete: (target) => [{ target }],
	reaction: (target) => [
		{ target, emoji: '👍', isSet: true },
		{ target, emoji: '🎉', isSet: true },
		{ target, emoji: '👍', isSet: false },
		{ target, emoji: '❤️', isSet: true },
		{ target, emoji: '🎉', isSet: false }
	],
	topic: () => [{ text: '첫 주제' }, { text: '다른 주제' }, { text: '' }]
};

/** The first content of a kind. */
export function contentOf<Kind extends EntryKind>(kind: Kind, target: Target): EntryContent<Kind> {
	return CONTENTS[kind](target)[0];
}

/** A new payload of the request that sends an entry of a kind. */
export function samplePayload(kind: EntryKind, room: string, target: Target) {
	return { room, id: randomUUID() as string, ...contentOf<EntryKind>(kind, target) };
}

/** The request that sends entries of a kind. */
export function requestOf<Kind extends EntryKind>(kind: Kind): (typeof ENTRY_KINDS)[Kind]['request'] {
	return ENTRY_KINDS[kind].request;
}

const ID = '00000000-0000-4000-8000-000000000000';

/** Ids that the protocol rejects. */
export const WRONG_IDS: readonly unknown[] = [
	...[undefined, null, 7, '', [ID], { id: ID }, 'x'.repeat(60_000)],
	...[ID.slice(1), `${ID}0`, `${ID}\n`, ` ${ID}`, ID.replaceAll('-', ''), ID.replace('0', 'A'), ID.replace('0', '０')]
];

/** Values that are no target. */
const WRONG_TARGETS: readonly unknown[] = [
	...[null, 7, '', ID, [], {}, ['author', ID], { author: 'somebody' }, { id: ID }],
	...[null, 7, '', 'two words', "x' OR 1=1", 'x'.repeat(65), ['x'], { id: 'x' }].map((author) => ({ author, id: ID })),
	...WRONG_IDS.map((id) => ({ author: 'somebody', id }))
];

/** Values that every schema of the field rejects, `undefined` for a missing field. */
export const WRONG_VALUES: Readonly<Record<ContentField, readonly unknown[]>> = {
	text: [
		...[undefined, null, 7, true, ['x'], { length: 1 }],
		...[MAX_TEXT_CODE_POINTS + 1].flatMap((length) => ['가'.repeat(length), '😀'.repeat(length)]),
		// Composition makes two code points of this one.
		'\u0958'.repeat(MAX_TEXT_CODE_POINTS)
	],
	target: [undefined, ...WRONG_TARGETS],
	replyTo: WRONG_TARGETS,
	mentions: [
		...[null, 7, '', 'ada', {}, [], [null], ['ada'], [{ id: 'ada' }], [{ name: '안녕' }], [{ id: '**', name: '안녕' }]],
		...[7, '', 'two words', 'x'.repeat(65)].map((id) => [{ id, name: '안녕' }]),
		...[7, '', ' ', '안녕', 'x'.repeat(200)].map((name) => [{ id: 'ada', name }]),
		Array.from({ length: MAX_MENTIONS + 1 }, () => ({ id: 'ada', name: '안녕' }))
	],
	emoji: [
		...[
			undefined,
			null,
			7,
			['👍'],
			{ emoji: '👍' },
			'',
			' ',
			'a',
			'1',
			'가',
			'👍👍',
			'👍 ',
			'👍👎',
			'👍a',
			'\ufe0f',
			'\u200d'
		],
		// Half a flag, a keycap without a key, a sequence that is none, halves of a surrogate pair.
		...['🇰', '🇰🇷🇰', '\u20e3', '👍\u200d👎', '\ud83d', '\udc4d', '\ud83d\ud83d'],
		...['👍'.repeat(500), 'a'.repeat(1_000), `❤${'\ufe0f'.repeat(1_000)}`]
	],
	isSet: [undefined, null, 0, 1, '', 'true', [], {}]
};
