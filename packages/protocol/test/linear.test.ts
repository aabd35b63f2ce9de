import * as v from 'valibot';
import { expect, test, vi } from 'vitest';
import * as protocol from '../src/index.ts';
import { rank } from '../src/rank.ts';
import { isReservedName } from '../src/reserved-name.ts';
import { skeletonOf } from '../src/skeleton.ts';
import { pairsOf, superlinear } from './support/growth.ts';
import { hostileTexts } from './support/hostile-texts.ts';

// On a busy machine a doubtful measurement is repeated by processor time, which takes longer.
vi.setConfig({ testTimeout: 60_000 });

const ID = '01890a5d-ac96-774b-bcce-b302099a8057';

function message(text: string): protocol.Message {
	const author = { id: ID, name: text };
	const reactions = [{ emoji: text, count: 1, people: [author] }];
	return { seq: 1, id: ID, author, text, sentAt: 1, said: 1, changed: 1, reactions };
}

function reactionOf(emoji: string): protocol.ChangeEntry {
	const place = { seq: 2, id: ID, author: { id: ID, name: emoji }, sentAt: 1, said: 1 };
	return { kind: 'reaction', ...place, target: { author: ID, id: ID, seq: 1 }, emoji, isSet: true };
}

/** Every function of the protocol that reads a client's text. Each schema is among them, with the text in every field. */
const READERS: [string, (text: string) => unknown][] = [
	['cleanText', protocol.cleanText],
	['compose', protocol.compose],
	['isBlank', protocol.isBlank],
	['countCodePoints', protocol.countCodePoints],
	['isMessageText', protocol.isMessageText],
	['echoAnswer', protocol.echoAnswer],
	['isPrivateRoom', protocol.isPrivateRoom],
	['wireBytes', (text) => protocol.wireBytes(message(text))],
	['countFitting', (text) => protocol.countFitting([message(text)])],
	['fold', (text) => protocol.fold(message(text), reactionOf(text), ID)],
	...schemas()
];

function schemas(): [string, (text: string) => unknown][] {
	const fields = [
		...['room', 'id', 'text', 'name', 'title', 'token', 'secret', 'userId', 'invitation', 'epoch', 'afterId'],
		...['author', 'emoji']
	];
	const requests = Object.values(protocol.ENTRY_KINDS).map(({ request, payload }): [string, unknown] => [
		request,
		payload
	]);
	return [...Object.entries(protocol), ...requests].flatMap(([name, value]): [string, (text: string) => unknown][] => {
		if (!isSchema(value)) return [];
		const schema: v.GenericSchema = value;
		const ofFields = (text: string) => {
			const texts = Object.fromEntries(fields.map((field) => [field, text]));
			return v.safeParse(schema, { ...texts, target: texts, seq: 1, after: 1, isSet: true });
		};
		return [[name, schema.type === 'object' ? ofFields : (text: string) => v.safeParse(schema, text)]];
	});
}

function isSchema(value: unknown): value is v.GenericSchema {
	return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema';
}

const PAIRS = pairsOf(hostileTexts);

test.for(READERS)('[SEND-8] the cost to read a hostile text grows with its length alone: %s', ([, read]) => {
	for (const [made, texts] of PAIRS) expect(superlinear(read, texts), made).toBe(undefined);
});

/** Texts for the functions that read names. Real names are shorter. */
const NAME_PAIRS = pairsOf(hostileTexts, [100, 400]);

test.for([
	['isReservedName', isReservedName],
	['skeletonOf', skeletonOf],
	['rank, of the query', (query: string) => rank(query, '회의실')],
	['rank, of the text', (text: string) => rank('ㅎㅇㅅ', text)],
	['rank, of a text that repeats the query', (text: string) => rank(text.slice(0, 1), text)]
] as const)('[SEND-8] the cost to read a hostile name grows with its length alone: %s', ([, read]) => {
	for (const [made, texts] of NAME_PAIRS) expect(superlinear(read, texts), made).toBe(undefined);
});

test('the measurement detects quadratic growth', () => {
	const descending = (length: number) => '\u0345'.repeat(length / 2) + '\u0334'.repeat(length / 2);
	// Eight times the text: a slow measurement of the short one could hide a smaller factor.
	const texts = [descending(4_000), descending(32_000)] as const;
	expect(superlinear((text) => text.normalize('NFC'), texts)).toBeDefined();
});
