/** The type of a column. A row has `bytes` as hexadecimal digits; the database numbers the rows of a `counter`. */
export type Kind = 'text' | 'integer' | 'boolean' | 'bytes' | 'counter';

export interface Column {
	kind: Kind;
	isNullable?: true;
	/** The value in a row that gives none. */
	default?: 0;
	/** The only engine that has it. */
	engine?: 'sqlite';
}

export interface Index {
	name: string;
	/** Names of columns in SQL, with their order. */
	on: string;
	/** SQL that both engines read the same way. */
	where?: string;
	isUnique?: true;
}

export interface Table {
	/** By the names that rows have in this program; `columnName` says what they are called in SQL. */
	columns: Readonly<Record<string, Column>>;
	/** The primary key, as names of columns in this program. */
	key: readonly string[];
	indexes?: readonly Index[];
	/** Rows that go when the row goes that they name. */
	foreignKey?: string;
	/** In percent: PostgreSQL leaves the rest of a page free for new versions of its rows. */
	fillfactor?: number;
}

const text = { kind: 'text' } as const;
const integer = { kind: 'integer' } as const;
const nullableText = { kind: 'text', isNullable: true } as const;
const nullableInteger = { kind: 'integer', isNullable: true } as const;
/** SQLite notices damage to the structure of its file, not to the content of a row; PostgreSQL has checksums of pages. */
const checksum = { kind: 'integer', engine: 'sqlite' } as const;

/** The columns of every entry. */
const entry = {
	room: text,
	seq: integer,
	id: text,
	authorId: text,
	authorName: text,
	sentAt: integer,
	/** The number of messages in the room up to it. */
	said: integer
} as const;

/**
 * The tables of a database, in the order in which they are made: each names only what is before it. Times are
 * milliseconds since the epoch.
 */
export const SCHEMA = {
	meta: { columns: { epoch: text }, key: [] },
	users: { columns: { id: text, name: text, createdAt: integer }, key: ['id'] },
	sessions: {
		columns: { tokenHash: { kind: 'bytes' }, userId: text, createdAt: integer },
		key: ['tokenHash'],
		indexes: [{ name: 'sessions_by_user', on: 'user_id' }]
	},
	rooms: {
		columns: {
			room: text,
			title: text,
			ownerId: nullableText,
			isPrivate: { kind: 'boolean' },
			head: integer,
			/** The number of its messages. */
			said: integer,
			/** The `seq` of the newest entry that deletes a message; 0 without one. */
			lastDeletion: { kind: 'integer', default: 0 },
			/** The time of the newest message to the second, so that a busy room does not rewrite the index by it with every batch. */
			lastAt: integer,
			closedAt: nullableInteger,
			/** Retention has emptied the messages up to this `seq`; they count as read. */
			emptiedTo: { kind: 'integer', default: 0 }
		},
		key: ['room'],
		indexes: [
			{ name: 'public_rooms_by_activity', on: 'last_at DESC, room', where: 'NOT is_private AND closed_at IS NULL' }
		],
		fillfactor: 70
	},
	members: {
		columns: { userId: text, room: text, readSeq: integer, invitation: nullableText },
		key: ['userId', 'room'],
		indexes: [{ name: 'members_by_room', on: 'room' }],
		fillfactor: 90
	},
	invitations: {
		columns: { secretHash: { kind: 'bytes' }, id: text, room: text, createdAt: integer },
		key: ['secretHash'],
		indexes: [{ name: 'invitations_by_room', on: 'room, id', isUnique: true }]
	},
	/** The people who came by each invitation, also those who have left since. */
	waysIn: {
		columns: { room: text, userId: text, invitation: text },
		key: ['room', 'userId', 'invitation'],
		indexes: [{ name: 'ways_in_by_invitation', on: 'room, invitation' }],
		foreignKey: '(room, invitation) REFERENCES invitations (room, id) ON DELETE CASCADE'
	},
	/** The messages of all rooms: the entries that made them, and their state after the entries that have changed them. */
	messages: {
		columns: {
			...entry,
			/** The `seq` of the last entry that has changed it; its own while none has. */
			changed: integer,
			editedAt: nullableInteger,
			// Long texts last: what is before them is read without them.
			/** The text as it is now; empty once it was deleted or emptied. */
			text,
			/** The text of the entry, where edits have changed it. */
			original: nullableText,
			/** What others have added to it, as JSON of fields of a message; empty while there is nothing. */
			folded: text,
			checksum
		},
		key: ['room', 'seq'],
		indexes: [
			// Ids begin with the time (UUID version 7). With the id first, entries that are stored together lie together here.
			{ name: 'messages_by_id_and_author', on: 'id, author_id', isUnique: true },
			{ name: 'deleted_messages', on: 'room, seq', where: "text = '' AND changed > seq" }
		]
	},
	/** The entries that change messages. A `seq` is one of a message or of a change. */
	changes: {
		columns: {
			...entry,
			kind: text,
			/** The `seq` of the message, and its author and id, by which the entry names it. */
			target: integer,
			targetAuthor: text,
			targetId: text,
			/** Its content as JSON; empty where there is none, as once the message was deleted. */
			content: text,
			checksum
		},
		key: ['room', 'seq'],
		indexes: [
			{ name: 'changes_by_id_and_author', on: 'id, author_id', isUnique: true },
			{ name: 'changes_by_target', on: 'room, target' }
		]
	},
	/** What people have set on messages, and have not taken back. */
	marks: {
		columns: { room: text, target: integer, userId: text, mark: text },
		key: ['room', 'target', 'userId', 'mark']
	},
	/** How far each consumer of the log has read each room. */
	consumers: { columns: { name: text, room: text, seq: integer }, key: ['name', 'room'] },
	/** The number of entries of each kind in each room, kept by a consumer. */
	figures: { columns: { room: text, kind: text, count: integer }, key: ['room', 'kind'] },
	/** Revoked: a membership, all memberships of a room, or all but the newest session of a user. */
	revocations: {
		columns: { number: { kind: 'counter' }, kind: text, room: nullableText, userId: nullableText },
		key: ['number']
	}
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof SCHEMA;

type ValueOf<Of extends Column> =
	| (Of['kind'] extends 'boolean' ? boolean : Of['kind'] extends 'integer' | 'counter' ? number : string)
	| (Of extends { isNullable: true } ? null : never);

type ColumnsOf<Name extends TableName> = (typeof SCHEMA)[Name]['columns'];

/** A row of a table, as this program has it. */
export type RowOf<Name extends TableName> = {
	-readonly [Key in keyof ColumnsOf<Name>]: ColumnsOf<Name>[Key] extends Column ? ValueOf<ColumnsOf<Name>[Key]> : never;
};

/** The newest revocations that are kept: nodes look for new ones every second. */
export const KEPT_REVOCATIONS = 100_000;

/** The name of a table or column in SQL. */
export function sqlName(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A column of a table that both engines have, by the name that rows have in this program. */
export type SharedColumn<Name extends TableName> = {
	[Key in keyof ColumnsOf<Name>]: ColumnsOf<Name>[Key] extends { engine: string } ? never : Key;
}[keyof ColumnsOf<Name>] &
	string;

/** A row of a table as both engines have it. */
export type SharedRow<Name extends TableName> = Pick<RowOf<Name>, SharedColumn<Name>>;

/** The columns of a table that both engines have. */
export function sharedColumns<Name extends TableName>(name: Name): SharedColumn<Name>[] {
	const { columns }: Table = SCHEMA[name];
	return Object.keys(columns).filter((column) => columns[column]?.engine === undefined) as SharedColumn<Name>[];
}

/** The shared columns of a table for a `SELECT` whose rows are those of this program. */
export function selected(name: TableName): string {
	const columns: readonly string[] = sharedColumns(name);
	return columns.map((column) => `${sqlName(name)}.${sqlName(column)} AS "${column}"`).join(', ');
}
