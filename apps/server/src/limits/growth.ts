import { MAX_DISPLAY_NAME_BYTES, MAX_ROOM_TITLE_CODE_POINTS, type RequestName } from '@digda/protocol';

/** What a request is about to store. */
export interface Stored {
	/** The identifier of the room. */
	room?: string;
	/** The name of the author. */
	name?: string;
	text?: string;
}

/** Who grows the database. Below the floor of free disk space guests are rejected before messages. */
export type Grower = 'guests' | 'messages';

/** A request that makes the database grow. */
export interface Growth {
	grower: Grower;
	/** `rate_limited` holds back all requests of the kind; `unavailable` holds back this one alone. */
	rejectedWith: 'rate_limited' | 'unavailable';
	/** An upper bound of the bytes that the database grows by, with all indexes. */
	bytes: (stored: Stored) => number;
}

/** Lengths of columns, in bytes. An id of a person or a message is a UUID in hexadecimal digits. */
const UUID = 36;
const SECRET = 22;
const PRIVATE_ROOM = 23;
const HASH = 32;
const NUMBERS = 16;
const EMOJI = 64;
/** The names of the fields of a content in JSON. */
const FIELDS = 32;
const LONGEST_TITLE = 4 * MAX_ROOM_TITLE_CODE_POINTS;

/** SQLite keeps so much of a row in its tree. The rest takes pages of its own, each of them whole. */
const LOCAL_BYTES = 1_002;
const PAGE_BYTES = 4_096;

/** Pages of a tree are two thirds full at least when keys come in any order. */
const PER_BYTE = 1.5;

/** Bytes of a row or of an entry of an index, whose columns have these bytes together. */
function row(bytes: number): number {
	const pages = Math.ceil(Math.max(bytes - LOCAL_BYTES, 0) / (PAGE_BYTES - 4));
	return PER_BYTE * Math.min(bytes, LOCAL_BYTES) + PAGE_BYTES * pages;
}

function lengthOf(text = ''): number {
	return Buffer.byteLength(text);
}

/** An entry of the log, with its place in the index by id. */
function entry(room: number, name: number, text: number): number {
	return row(room + 2 * UUID + name + text + NUMBERS) + row(room + 2 * UUID + NUMBERS);
}

/** An entry that changes a message, with its content as JSON and its places in the indexes by id and by target. */
function changeOf(room: number, name: number, content: number): number {
	return row(room + 4 * UUID + name + content + 2 * NUMBERS) + row(room + 2 * UUID + NUMBERS) + row(room + NUMBERS);
}

/** A deletion, with the place of the message in the index of the deleted ones. */
function deletion(room: number): number {
	return changeOf(room, MAX_DISPLAY_NAME_BYTES, 0) + row(room + NUMBERS);
}

/** What a change adds to the row of its message, which may just have fitted into its pages before. */
function added(bytes: number): number {
	return row(bytes) + PAGE_BYTES;
}

/** A mark that is set, with its place in the index of its table, and in the row of its message. */
function mark(room: number, name: number): number {
	return 2 * row(room + UUID + EMOJI + NUMBERS) + added(EMOJI + UUID + name + 2 * NUMBERS);
}

function membership(room: number): number {
	return row(room + UUID + SECRET + NUMBERS) + row(room + UUID + NUMBERS);
}

const NOTHING = undefined;

/**
 * What each request makes the database grow by. A request that changes a row in place was counted when the row was made:
 * a name and a title with their longest form, a message with the entry that may delete it. So deletions always go on.
 */
export const GROWTH = {
	/** A new guest: a user and a session. */
	'session:new': {
		grower: 'guests',
		rejectedWith: 'rate_limited',
		bytes: () => row(UUID + MAX_DISPLAY_NAME_BYTES + NUMBERS) + row(HASH + UUID + NUMBERS) + row(UUID + HASH + NUMBERS)
	},
	'session:rename': NOTHING,
	/** Takes the place of the sessions of before. */
	'session:rotate': NOTHING,

	/** A first join. */
	'room:join': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: ({ room }) => membership(lengthOf(room))
	},
	/** A first join that makes the public room. */
	'room:new': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: ({ room }) =>
			row(2 * lengthOf(room) + 2 * NUMBERS) + row(lengthOf(room) + NUMBERS) + membership(lengthOf(room))
	},
	'room:create': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: () => row(PRIVATE_ROOM + LONGEST_TITLE + UUID + 2 * NUMBERS) + membership(PRIVATE_ROOM)
	},
	/** A membership, and whom the invitation has let in. */
	'room:accept': {
		grower: 'guests',
		rejectedWith: 'unavailable',
		bytes: () => membership(PRIVATE_ROOM) + 2 * row(PRIVATE_ROOM + UUID + SECRET + NUMBERS)
	},
	'room:invite': {
		grower: 'messages',
		rejectedWith: 'unavailable',
		bytes: () => row(HASH + SECRET + PRIVATE_ROOM + NUMBERS) + row(PRIVATE_ROOM + SECRET + HASH + NUMBERS)
	},
	'room:rename': NOTHING,
	// What ends is noted in a table that keeps its newest 100,000 rows.
	'room:leave': NOTHING,
	'room:remove': NOTHING,
	'room:close': NOTHING,
	'room:revoke': NOTHING,
	'room:list': NOTHING,
	'room:members': NOTHING,
	'room:preview': NOTHING,

	'message:send': {
		grower: 'messages',
		rejectedWith: 'rate_limited',
		bytes: ({ room, name, text }) => entry(lengthOf(room), lengthOf(name), lengthOf(text)) + deletion(lengthOf(room))
	},
	/** The message keeps its first text. */
	'message:edit': {
		grower: 'messages',
		rejectedWith: 'rate_limited',
		bytes: ({ room, name, text }) =>
			changeOf(lengthOf(room), lengthOf(name), FIELDS + lengthOf(JSON.stringify(text))) + added(lengthOf(text))
	},
	'message:react': {
		grower: 'messages',
		rejectedWith: 'rate_limited',
		bytes: ({ room, name }) =>
			changeOf(lengthOf(room), lengthOf(name), FIELDS + EMOJI) + mark(lengthOf(room), lengthOf(name))
	},
	'message:delete': NOTHING,
	'history:read': NOTHING,
	'read:mark': NOTHING,
	'connection:ping': NOTHING
} as const satisfies Record<RequestName | 'session:new' | 'room:new', Growth | typeof NOTHING>;

/** A request that makes the database grow. */
export type GrowingRequest = {
	[Name in keyof typeof GROWTH]: (typeof GROWTH)[Name] extends Growth ? Name : never;
}[keyof typeof GROWTH];
