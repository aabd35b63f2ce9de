import { directRoomOf, ENTRY_KINDS, type KindOfRequest, type RequestName } from '@digda/protocol';
import fc from 'fast-check';
import { KINDS, requestOf, type ContentField } from '@digda/testkit/entries.ts';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { anything, text } from './values.ts';

/** A placeholder for the id of a person who has blocked the sender. */
export const BLOCKER = '7c9e6679-7425-40de-944b-e07fc1f90ae7';

/** A placeholder for the direct room of the sender and the blocker. */
export const DIRECT = directRoomOf('0f8fad5b-d9cb-469f-a165-70867728950e', BLOCKER) ?? '';

/** A few rooms, so that requests collide. */
const room = fc.oneof(
	{ weight: 8, arbitrary: fc.constantFrom('lobby', 'den', 'Den', '방', 'a-b_c', '__proto__', '1') },
	{
		weight: 1,
		arbitrary: fc.constantFrom(`~${'A'.repeat(22)}`, DIRECT, 'nobody-made-it', 'e\u0301', '\u1112\u1161\u11ab')
	},
	{ weight: 1, arbitrary: text }
);
const seq = fc.oneof(fc.nat({ max: 50 }), fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const known = fc.nat({ max: 20 }).map((last) => `00000000-0000-4000-8000-${String(last).padStart(12, '0')}`);
/** Some ids are used repeatedly. */
const id = fc.oneof(fc.uuid(), known);
const mostlyKnown = fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: id });
/** Mostly a room that the sender has joined. */
const joined = fc.oneof(
	{ weight: 5, arbitrary: fc.constant('den') },
	{ weight: 3, arbitrary: fc.constant(DIRECT) },
	{ weight: 1, arbitrary: room }
);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });

const secret = fc.oneof(fc.constant('A'.repeat(22)), text);

/** A placeholder for the id of the sender, which is known only after session:ready. */
export const SENDER = 'the-id-of-the-sender';

const target = fc.record({
	author: fc.oneof({ weight: 8, arbitrary: fc.constant(SENDER) }, id, text),
	id: mostlyKnown
});

/** The fields of all kinds of entries. A field that the protocol gains is a type error here. */
const CONTENT: Readonly<Record<ContentField, fc.Arbitrary<unknown>>> = {
	text,
	target,
	replyTo: target,
	mentions: fc.array(
		fc.record({
			id: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(SENDER, '*') }, id, text),
			name: fc.oneof(fc.constant('수달'), text)
		}),
		{ maxLength: 3 }
	),
	emoji: fc.oneof(
		{ weight: 4, arbitrary: fc.constantFrom('👍', '👍🏽', '❤', '❤️', '🇰🇷', '1️⃣', '👩🏽‍❤️‍💋‍👨🏿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿') },
		{ weight: 1, arbitrary: text }
	),
	isSet: fc.boolean()
};

/** Fields that an entry may lack. */
const OPTIONAL: readonly ContentField[] = ['replyTo', 'mentions'];

/** Requests that add entries, one for each kind. Messages have known ids, and changes sometimes reuse one. */
const ENTRIES = Object.fromEntries(
	KINDS.map((kind) => {
		// The fields of all kinds.
		const fields = Object.keys(ENTRY_KINDS[kind].content) as ContentField[];
		const content = Object.fromEntries(fields.map((field) => [field, CONTENT[field]]));
		const ownId = fields.includes('target') ? fc.oneof({ weight: 5, arbitrary: fc.uuid() }, id) : mostlyKnown;
		const requiredKeys = ['room', 'id', ...fields.filter((field) => !OPTIONAL.includes(field))];
		const payload = { room: joined, id: ownId, ...content };
		return [requestOf(kind), fc.record<Record<string, unknown>, string>(payload, { requiredKeys })];
	})
);

/** Payloads that are nearly always valid. */
const OTHERS: Readonly<Record<Exclude<RequestName, keyof KindOfRequest> | 'typing:set', fc.Arbitrary<object>>> = {
	'connection:ping': fc.constant({}),
	'person:block': fc.record({ userId: fc.oneof(fc.constant(BLOCKER), id, text), isBlocked: fc.boolean() }),
	'room:list': fc.constant({}),
	'room:find': fc.record({ query: fc.oneof(fc.constantFrom('', 'd', 'D e', '%', '_', '!'), text) }),
	'room:join': fc.record({ room, from: maybe(seq), after: maybe(seq), afterId: maybe(id), epoch: maybe(text) }),
	'room:leave': fc.record({ room }),
	'room:set': fc.record({ room, isPinned: maybe(fc.boolean()), isMuted: maybe(fc.boolean()) }),
	'room:create': fc.record({ title: text }),
	'room:rename': fc.record({ room, title: text }),
	'room:close': fc.record({ room }),
	'room:members': fc.record({ room }),
	'room:remove': fc.record({ room, userId: fc.oneof(id, text) }),
	'room:invite': fc.record({ room, expiresIn: maybe(fc.nat({ max: 3e9 })), maxUses: maybe(fc.nat({ max: 501 })) }),
	'room:revoke': fc.record({ room, invitation: maybe(fc.oneof(id, text)) }),
	'room:preview': fc.record({ secret }),
	'room:accept': fc.record({ secret }),
	'session:rotate': fc.record({
		token: fc.oneof(
			fc.nat({ max: 20 }).map((last) => String(last).padStart(43, 'f')),
			text
		)
	}),
	'message:versions': fc.record({ room: joined, target }),
	'message:reactors': fc.record({ room: joined, target, emoji: fc.constantFrom('👍', '❤') }),
	'history:read': fc
		.record({
			room,
			where: fc.constantFrom('before', 'after', 'around'),
			seq,
			limit: maybe(fc.integer({ min: -1, max: 202 }))
		})
		.map(({ room, where, seq, limit }) => ({ room, [where]: seq, limit })),
	'history:find': fc.record({ room, at: seq }),
	'read:mark': fc.record({ room, seq }),
	'session:rename': fc.record({ name: text }),
	'typing:set': fc.record({ room, isTyping: fc.boolean() })
};
const PAYLOADS: Readonly<Record<string, fc.Arbitrary<object>>> = { ...OTHERS, ...ENTRIES };

/** A mutation of a payload. Most payloads have none, so that they pass the schemas. */
type Mutation = (payload: object) => unknown;

const pickKey = (payload: object, index: number) =>
	Object.keys(payload).at(index % (Object.keys(payload).length || 1)) ?? 'room';

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
	{ weight: 7, arbitrary: fc.constant<Mutation>((payload) => payload) },
	{
		weight: 2,
		arbitrary: fc
			.tuple(fc.nat({ max: 5 }), anything)
			.map(([index, value]): Mutation => (payload) => ({ ...payload, [pickKey(payload, index)]: value }))
	},
	{
		weight: 1,
		arbitrary: fc
			.nat({ max: 5 })
			.map((index): Mutation => (payload) => ({ ...payload, [pickKey(payload, index)]: undefined }))
	},
	{
		weight: 1,
		arbitrary: fc
			.tuple(fc.constantFrom('seq', 'user', 'author', '__proto__', 'constructor', ''), anything)
			// `fromEntries` makes `__proto__` an ordinary field.
			.map(
				([key, value]): Mutation =>
					(payload) =>
						Object.fromEntries([...Object.entries(payload), [key, value]])
			)
	},
	{
		weight: 1,
		arbitrary: anything.map(
			(value): Mutation =>
				() =>
					value
		)
	}
);

/** A request of a client: its name and its payload. */
export const question: fc.Arbitrary<[string, unknown]> = fc
	.oneof(
		fc.constantFrom(...Object.entries(PAYLOADS)),
		// Half of the requests, as entries collide in the log.
		fc.constantFrom(...Object.entries(ENTRIES))
	)
	.chain(([name, payload]) =>
		fc.tuple(
			fc.constant(name),
			fc.tuple(payload, mutation).map(([payload, change]) => change(payload))
		)
	);

const acknowledgement = fc.oneof(
	{ weight: 8, arbitrary: fc.nat({ max: 1_000 }) },
	{ weight: 1, arbitrary: fc.constant('' as const) },
	{ weight: 1, arbitrary: fc.constantFrom(0, 2 ** 53, 1e21) }
);

const chatRequest = fc
	.tuple(
		question,
		acknowledgement,
		fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(anything, { maxLength: 3 }) })
	)
	.map(([[name, payload], number, more]) => eventPacket('/chat', [name, payload, ...more], number));

const echoRequest = fc
	.tuple(fc.oneof(text, anything), acknowledgement)
	.map(([said, number]) => eventPacket('', ['eventFromClient', said], number));

/** Requests of both namespaces, as packets. */
export const requestPacket: fc.Arbitrary<string> = fc.oneof(
	{ weight: 5, arbitrary: chatRequest },
	{ weight: 1, arbitrary: echoRequest }
);
