/** The type of a column. Rows have `bytes` as hexadecimal digits. The database numbers the rows of a `counter`. */
export type Kind = 'text' | 'integer' | 'boolean' | 'bytes' | 'counter';

export interface Column {
	kind: Kind;
	isNullable?: true;
	/** The value for a row that omits it. */
	default?: 0 | '';
	/** The only engine with this column. */
	engine?: 'sqlite';
}

export interface Index {
	name: string;
	/** SQL column names with their order. */
	on: string;
	/** SQL that both engines understand. */
	where?: string;
	isUnique?: true;
}

export interface Table {
	/** The columns by their names in TypeScript; `sqlName` converts them to SQL. */
	columns: Readonly<Record<string, Column>>;
	/** The primary key, as column names in TypeScript. */
	key: readonly string[];
	indexes?: readonly Index[];
	/** A reference to another row, whose deletion also deletes this row. */
	foreignKey?: string;
	/** In percent: PostgreSQL keeps the rest of each page free for new row versions. */
	fillfactor?: number;
}

const text = { kind: 'text' } as const;
const integer = { kind: 'integer' } as const;
const nullableText = { kind: 'text', isNullable: true } as const;
const nullableInteger = { kind: 'integer', isNullable: true } as const;
/**
 * SQLite detects damage to the structure of its file, but not to the content of a row. PostgreSQL has page checksums.
 */
const checksum = { kind: 'integer', engine: 'sqlite' } as const;

/** The columns of every entry. */
const entry = {
	room: text,
	seq: integer,
	id: text,
	authorId: text,
	authorName: text,
	sentAt: integer,
	/** The number of messages in the room up to and including it, without hidden ones. */
	said: integer,
	/** 1 where only the author of the message sees the message and its changes; otherwise 0. */
	hidden: integer
} as const;

/**
 * The tables of a database in the order of their creation: each references only earlier ones. Times are milliseconds
 * since the epoch.
 */
export const SCHEMA = {
	meta: { columns: { epoch: text }, key: [] },
	users: { columns: { id: text, name: text, createdAt: integer }, key: ['id'] },
	sessions: {
		columns: { tokenHash: { kind: 'bytes' }, userId: text, createdAt: integer },
		key: ['tokenHash'],
		indexes: [{ name: 'sessions_by_user', on: 'user_id' }]
	},
	/** The people whom a person blocks. */
	blocks: { columns: { userId: text, blockedId: text }, key: ['userId', 'blockedId'] },
	rooms: {
		columns: {
			room: text,
			title: text,
			ownerId: nullableText,
			isPrivate: { kind: 'boolean' },
			head: integer,
			/** The number of its `message` entries, without hidden ones. */
			said: integer,
			/** The `seq` of the newest `delete` entry; 0 without one. */
			lastDeletion: { kind: 'integer', default: 0 },
			/**
			 * The time of the newest message to the second, so that a busy room does not rewrite the index with every
			 * batch.
			 */
			lastAt: integer,
			closedAt: nullableInteger,
			/** The `seq` of the newest `topic` entry, 0 without one, and its text. */
			topicSeq: { kind: 'integer', default: 0 },
			topic: { kind: 'text', default: '' },
			/** The `seq` up to which retention has emptied the messages; they count as read. */
			emptiedTo: { kind: 'integer', default: 0 }
		},
		key: ['room'],
		indexes: [
			{ name: 'public_rooms_by_activity', on: 'last_at DESC, room', where: 'NOT is_private AND closed_at IS NULL' }
		],
		fillfactor: 70
	},
	members: {
		columns: {
			userId: text,
			room: text,
			readSeq: integer,
			invitation: nullableText,
			isPinned: { kind: 'boolean' },
			isMuted: { kind: 'boolean' },
			/** Whether the member has opened this direct room; null in other rooms. */
			isOpener: { kind: 'boolean', isNullable: true }
		},
		key: ['userId', 'room'],
		indexes: [{ name: 'members_by_room', on: 'room' }],
		fillfactor: 90
	},
	invitations: {
		columns: {
			secretHash: { kind: 'bytes' },
			id: text,
			room: text,
			createdAt: integer,
			/** Null: it does not expire. */
			expiresAt: nullableInteger,
			/** Null: any number of people may join with it. */
			maxUses: nullableInteger,
			/** The number of memberships that began with it. */
			uses: integer
		},
		key: ['secretHash'],
		indexes: [{ name: 'invitations_by_room', on: 'room, id', isUnique: true }]
	},
	/** The people who joined with each invitation, including those who have left. */
	waysIn: {
		columns: { room: text, userId: text, invitation: text },
		key: ['room', 'userId', 'invitation'],
		indexes: [{ name: 'ways_in_by_invitation', on: 'room, invitation' }],
		foreignKey: '(room, invitation) REFERENCES invitations (room, id) ON DELETE CASCADE'
	},
	/** All messages and topics: the entries that made them, and their state after all changes. */
	messages: {
		columns: {
			...entry,
			/** The `seq` of the last entry that changed it; its own without changes. */
			changed: integer,
			editedAt: nullableInteger,
			/** The `seq` of the last edit or deletion; its own without one. */
			textSeq: integer,
			/** The `seq` of the message that it replies to; null in other messages, and after its deletion. */
			replyTo: nullableInteger,
			/** 1 for a topic, which is no message of a person. */
			isTopic: { kind: 'integer', default: 0 },
			// Long texts come last: the engine reads earlier columns without them.
			/** The current text; empty after deletion or retention. */
			text,
			/** The text of the entry, if edits have changed it; empty in a topic that is empty by intent. */
			original: nullableText,
			/** The mentions as JSON, with the text and of the entry; empty without any. */
			mentions: text,
			originalMentions: nullableText,
			/** The reactions of others, as JSON of message fields; empty without any. */
			folded: text,
			checksum
		},
		key: ['room', 'seq'],
		indexes: [
			// Ids begin with the time (UUID version 7). With the id first, entries that are stored together are
			// adjacent here.
			{ name: 'messages_by_id_and_author', on: 'id, author_id', isUnique: true },
			{ name: 'topics', on: 'room, seq', where: 'is_topic = 1' },
			{ name: 'deleted_messages', on: 'room, seq', where: "text = '' AND changed > seq AND hidden = 0" }
		]
	},
	/** The entries that change messages. Each `seq` of a room belongs to a message or to a change. */
	changes: {
		columns: {
			...entry,
			kind: text,
			/** The `seq` of the message, and the author and id by which the entry names it. */
			target: integer,
			targetAuthor: text,
			targetId: text,
			/** The content as JSON; empty without fields, and after the message was deleted. */
			content: text,
			checksum
		},
		key: ['room', 'seq'],
		indexes: [
			{ name: 'changes_by_id_and_author', on: 'id, author_id', isUnique: true },
			{ name: 'changes_by_target', on: 'room, target, kind, seq' }
		]
	},
	/** The people whom messages of others mention now, and `*` for everyone: a projection of the messages. */
	mentions: {
		columns: { room: text, seq: integer, userId: text },
		key: ['room', 'seq', 'userId'],
		indexes: [{ name: 'mentions_by_person', on: 'user_id, room, seq' }]
	},
	/** The marks that people have set on messages. */
	marks: {
		columns: { room: text, target: integer, userId: text, mark: text },
		key: ['room', 'target', 'userId', 'mark']
	},
	/** The position of each consumer in each room. */
	consumers: { columns: { name: text, room: text, seq: integer }, key: ['name', 'room'] },
	/** The number of entries of each kind in each room, written by a consumer. */
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

/** A row of a table in TypeScript. */
export type RowOf<Name extends TableName> = {
	-readonly [Key in keyof ColumnsOf<Name>]: ColumnsOf<Name>[Key] extends Column ? ValueOf<ColumnsOf<Name>[Key]> : never;
};

/** The number of revocations that are kept; nodes poll for new ones every second. */
export const KEPT_REVOCATIONS = 100_000;

/** Converts a name of a table or column to SQL. */
export function sqlName(name: string): string {
	return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A column of a table in both engines, by its name in TypeScript. */
export type SharedColumn<Name extends TableName> = {
	[Key in keyof ColumnsOf<Name>]: ColumnsOf<Name>[Key] extends { engine: string } ? never : Key;
}[keyof ColumnsOf<Name>] &
	string;

/** A row of a table, without columns of one engine only. */
export type SharedRow<Name extends TableName> = Pick<RowOf<Name>, SharedColumn<Name>>;

/** The columns of a table in both engines. */
export function sharedColumns<Name extends TableName>(name: Name): SharedColumn<Name>[] {
	const { columns }: Table = SCHEMA[name];
	return Object.keys(columns).filter((column) => columns[column]?.engine === undefined) as SharedColumn<Name>[];
}

/** The shared columns of a table for a `SELECT` that returns rows with TypeScript names. */
export function selected(name: TableName): string {
	const columns: readonly string[] = sharedColumns(name);
	return columns.map((column) => `${sqlName(name)}.${sqlName(column)} AS "${column}"`).join(', ');
}
