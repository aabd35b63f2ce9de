/** What a column holds. */
export type Kind = 'text' | 'number' | 'boolean' | 'bytes';

/** A table that both databases have, and the columns by which its rows are told apart and put in order. */
export interface Table {
	name: string;
	key: readonly string[];
	columns: Readonly<Record<string, Kind>>;
}

/** A row by the names of its columns. All values are text, the same in both databases. */
export type Row = Record<string, string | null>;

/** The part of a table after one key, up to and with another; without one, from the beginning or to the end. */
export interface Span {
	after: readonly string[] | undefined;
	upTo: readonly string[] | undefined;
}

export const MESSAGES: Table = {
	name: 'messages',
	key: ['room', 'seq'],
	columns: {
		room: 'text',
		seq: 'number',
		id: 'text',
		author_id: 'text',
		author_name: 'text',
		text: 'text',
		sent_at: 'number',
		deletes: 'number'
	}
};

/** All but the log: small, and changed in any place. */
export const SMALL_TABLES: readonly Table[] = [
	{ name: 'users', key: ['id'], columns: { id: 'text', name: 'text', created_at: 'number' } },
	{ name: 'sessions', key: ['token_hash'], columns: { token_hash: 'bytes', user_id: 'text', created_at: 'number' } },
	{
		name: 'rooms',
		key: ['room'],
		columns: {
			room: 'text',
			title: 'text',
			owner_id: 'text',
			is_private: 'boolean',
			head: 'number',
			last_at: 'number',
			closed_at: 'number',
			emptied_to: 'number'
		}
	},
	{
		name: 'members',
		key: ['user_id', 'room'],
		columns: { user_id: 'text', room: 'text', read_seq: 'number', invitation: 'text' }
	},
	{
		name: 'invitations',
		key: ['secret_hash'],
		columns: { secret_hash: 'bytes', id: 'text', room: 'text', created_at: 'number' }
	},
	// After the invitations, which they name.
	{
		name: 'ways_in',
		key: ['room', 'user_id', 'invitation'],
		columns: { room: 'text', user_id: 'text', invitation: 'text' }
	}
];

/** The key of a row. */
export function keyOf({ key }: Table, row: Row): string[] {
	return key.map((column) => row[column] ?? '');
}
