import {
	MAX_DISPLAY_NAME_BYTES,
	MAX_ROOM_TITLE_CODE_POINTS,
	MAX_TOPIC_CODE_POINTS,
	type Mention,
	type RequestName
} from '@digda/protocol';

/** The data that a request is about to store. */
export interface Stored {
	/** The identifier of the room. */
	room?: string;
	/** The name of the author. */
	name?: string;
	text?: string;
	mentions?: readonly Mention[];
}

/** The classes of growth. When free disk space runs low, guests are rejected before messages. */
export type Grower = 'guests' | 'messages';

/** A request that makes the database grow. */
export interface Growth {
	grower: Grower;
	/** `rate_limited` holds back all requests of the kind; `unavailable` holds back this one alone. */
	rejectedWith: 'rate_limited' | 'unavailable';
	/** An upper bound of the database growth in bytes, including all indexes. */
	bytes: (stored: Stored) => number;
}

/** Sizes of columns in bytes. An id of a person or a message is a UUID in hexadecimal digits. */
const UUID = 36;
/** Of a person whom somebody blocks: any id that a request accepts. */
const LONGEST_ID = 64;
const SECRET = 22;
const PRIVATE_ROOM = 23;
const DIRECT_ROOM = 45;
const HASH = 32;
const NUMBERS = 16;
const EMOJI = 64;
/** The field names of a content in JSON. */
const FIELDS = 32;
const LONGEST_TITLE = 4 * MAX_ROOM_TITLE_CODE_POINTS;

/** The bytes of a row that SQLite stores in its tree. The rest takes whole overflow pages. */
const LOCAL_BYTES = 1_002;
const PAGE_BYTES = 4_096;

/** With keys in random order, pages of a tree are at least two thirds full. */
const PER_BYTE = 1.5;

/** The bytes that a table row or an index entry takes, from the total size of its columns. */
function row(bytes: number): number {
	const pages = Math.ceil(Math.max(bytes - LOCAL_BYTES, 0) / (PAGE_BYTES - 4));
	return PER_BYTE * Math.min(bytes, LOCAL_BYTES) + PAGE_BYTES * pages;
}

function lengthOf(text = ''): number {
	return Buffer.byteLength(text);
}

/** The bytes of an entry, with its row in the index by id. */
function entry(room: number, name: number, text: number): number {
	return row(room + 2 * UUID + name + text + 2 * NUMBERS) + row(room + 2 * UUID + NUMBERS);
}

/** The bytes of an entry that changes a message: its JSON content, and its rows in the indexes by id and by target. */
function changeOf(room: number, name: number, content: number): number {
	return row(room + 4 * UUID + name + content + 2 * NUMBERS) + row(room + 2 * UUID + NUMBERS) + row(room + NUMBERS);
}

/** The bytes of a deletion, with the row of the message in the index of deleted messages. */
function deletion(room: number): number {
	return changeOf(room, MAX_DISPLAY_NAME_BYTES, 0) + row(room + NUMBERS);
}

/** The bytes that a change adds to its message. The row may need one more page for them. */
function added(bytes: number): number {
	return row(bytes) + PAGE_BYTES;
}

/** The bytes of a mark: in its table, in the index of that, and in the row of its message. */
function mark(room: number, name: number): number {
	return 2 * row(room + UUID + EMOJI + NUMBERS) + added(EMOJI + UUID + name + 2 * NUMBERS);
}

/** The rows of mentions in their table and in the index of that. */
function mentionsOf(room: number, { length }: readonly Mention[]): number {
	return 2 * length * row(room + UUID + NUMBERS);
}

function membership(room: number): number {
	return row(room + UUID + SECRET + NUMBERS) + row(room + UUID + NUMBERS);
}

/** The topic in the row of its room, whose page may be written anew. */
const LONGEST_TOPIC = PER_BYTE * 4 * MAX_TOPIC_CODE_POINTS;

const NO_GROWTH = undefined;

/**
 * The growth that each request causes. Changes of a row in place are counted when the row is made. A name and a title
 * count with their longest form, and a message counts with its possible deletion. Deletions are therefore always
 * possible.
 */
export const GROWTH = {
	/** A new guest: a user and a session. */
	'session:new': {
		grower: 'guests',
		rejectedWith: 'rate_limited',
		bytes: () => row(UUID + MAX_DISPLAY_NAME_BYTES + NUMBERS) + row(HASH + UUID + NUMBERS) + row(UUID + HASH + NUMBERS)
	},
	'session:rename': NO_GROWTH,
	/** Replaces the previous sessions. */
	'session:rotate': NO_GROWTH,

	/** A first join. */
	'room:join': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: ({ room }) => membership(lengthOf(room))
	},
	/** A first join that also creates the public room. */
	'room:new': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: ({ room }) =>
			row(2 * lengthOf(room) + 2 * NUMBERS) + row(lengthOf(room) + NUMBERS) + membership(lengthOf(room))
	},
	/** A new direct room, with two memberships. */
	'direct:new': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: () => row(DIRECT_ROOM + 2 * NUMBERS) + row(DIRECT_ROOM + NUMBERS) + 2 * membership(DIRECT_ROOM)
	},
	'room:create': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: () => row(PRIVATE_ROOM + LONGEST_TITLE + UUID + 2 * NUMBERS) + membership(PRIVATE_ROOM)
	},
	/** A membership, and the record that the person used the invitation. */
	'room:accept': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: () => membership(PRIVATE_ROOM) + 2 * row(PRIVATE_ROOM + UUID + SECRET + NUMBERS)
	},
	'room:invite': {
		grower: 'messages',
		rejectedWith: 'unavailable',
		bytes: () => row(HASH + SECRET + PRIVATE_ROOM + 3 * NUMBERS) + row(PRIVATE_ROOM + SECRET + HASH + NUMBERS)
	},
	'person:block': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: () => 2 * row(UUID + LONGEST_ID + NUMBERS)
	},
	'room:rename': NO_GROWTH,
	// Revocations go to a table that keeps its newest 100,000 rows.
	'room:leave': NO_GROWTH,
	'room:remove': NO_GROWTH,
	'room:close': NO_GROWTH,
	'room:revoke': NO_GROWTH,
	'room:set': NO_GROWTH,
	'room:list': NO_GROWTH,
	'room:find': NO_GROWTH,
	'room:members': NO_GROWTH,
	'room:preview': NO_GROWTH,

	'message:send': {
		grower: 'messages',
		rejectedWith: 'rate_limited',
		bytes: ({ room, name, text, mentions = [] }) =>
			entry(lengthOf(room), lengthOf(name), lengthOf(text) + lengthOf(JSON.stringify(mentions))) +
			mentionsOf(lengthOf(room), mentions) +
			deletion(lengthOf(room))
	},
	/** The message keeps its original text, too. */
	'message:edit': {
		grower: 'messages',
		rejectedWith: 'rate_limited',
		bytes: ({ room, name, text, mentions = [] }) =>
			changeOf(lengthOf(room), lengthOf(name), FIELDS + lengthOf(JSON.stringify({ text, mentions }))) +
			added(lengthOf(text) + lengthOf(JSON.stringify(mentions))) +
			mentionsOf(lengthOf(room), mentions)
	},
	'message:react': {
		grower: 'messages',
		rejectedWith: 'rate_limited',
		bytes: ({ room, name }) =>
			changeOf(lengthOf(room), lengthOf(name), FIELDS + EMOJI) + mark(lengthOf(room), lengthOf(name))
	},
	'topic:set': {
		grower: 'messages',
		rejectedWith: 'rate_limited',
		bytes: ({ room, name, text }) =>
			entry(lengthOf(room), lengthOf(name), lengthOf(text)) + row(lengthOf(room) + NUMBERS) + LONGEST_TOPIC
	},
	'message:delete': NO_GROWTH,
	'message:versions': NO_GROWTH,
	'message:reactors': NO_GROWTH,
	'history:read': NO_GROWTH,
	'history:find': NO_GROWTH,
	'read:mark': NO_GROWTH,
	'connection:ping': NO_GROWTH
} as const satisfies Record<RequestName | 'session:new' | 'room:new' | 'direct:new', Growth | typeof NO_GROWTH>;

/** A request that makes the database grow. */
export type GrowingRequest = {
	[Name in keyof typeof GROWTH]: (typeof GROWTH)[Name] extends Growth ? Name : never;
}[keyof typeof GROWTH];
