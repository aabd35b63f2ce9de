import type { DatabaseSync } from 'node:sqlite';
import { newEpoch } from '../epoch.ts';
import { valueOf } from './query.ts';
import { transact } from './transaction.ts';

/** Says in the file's header that it is a database of this program: "DGDA". */
export const APPLICATION_ID = 0x44474441;

export type Migration = (database: DatabaseSync) => void;

/** The steps from an empty file to the newest schema. A step that was released is never changed. */
export const MIGRATIONS: readonly Migration[] = [
	createSchema,
	indexByTime,
	addOwnership,
	addWaysIn,
	addChecksum,
	addRetention
];

/** The version of a database's schema: how many migrations it has seen. */
export function schemaVersion(database: DatabaseSync): number {
	return Number(valueOf(database, 'PRAGMA user_version'));
}

/** Brings a database up to date; each step is a transaction, so that an interrupted one has not happened. */
export function migrate(database: DatabaseSync, migrations = MIGRATIONS): void {
	for (const [version, step] of migrations.entries()) {
		if (version < schemaVersion(database)) continue;
		transact(database, 'IMMEDIATE', () => {
			step(database);
			database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
			database.exec(`PRAGMA user_version = ${version + 1}`);
		});
	}
}

function createSchema(database: DatabaseSync): void {
	database.exec(`
		CREATE TABLE meta (epoch TEXT NOT NULL) STRICT;

		CREATE TABLE users (
			id TEXT PRIMARY KEY,
			name TEXT NOT NULL,
			created_at INTEGER NOT NULL
		) STRICT, WITHOUT ROWID;

		CREATE TABLE sessions (
			token_hash BLOB PRIMARY KEY,
			user_id TEXT NOT NULL,
			created_at INTEGER NOT NULL
		) STRICT, WITHOUT ROWID;

		CREATE TABLE rooms (
			room TEXT PRIMARY KEY,
			title TEXT NOT NULL,
			owner_id TEXT,
			is_private INTEGER NOT NULL,
			head INTEGER NOT NULL,
			last_at INTEGER NOT NULL
		) STRICT, WITHOUT ROWID;
		CREATE INDEX public_rooms_by_activity ON rooms (last_at DESC) WHERE is_private = 0;

		CREATE TABLE members (
			user_id TEXT NOT NULL,
			room TEXT NOT NULL,
			read_seq INTEGER NOT NULL,
			PRIMARY KEY (user_id, room)
		) STRICT, WITHOUT ROWID;

		CREATE TABLE messages (
			room TEXT NOT NULL,
			seq INTEGER NOT NULL,
			id TEXT NOT NULL,
			author_id TEXT NOT NULL,
			author_name TEXT NOT NULL,
			text TEXT NOT NULL,
			sent_at INTEGER NOT NULL,
			deletes INTEGER,
			PRIMARY KEY (room, seq)
		) STRICT, WITHOUT ROWID;
		CREATE UNIQUE INDEX messages_by_author_and_id ON messages (author_id, id);
	`);
	database.prepare('INSERT INTO meta VALUES (?)').run(newEpoch());
}

/**
 * Ids of messages begin with the time (UUID version 7). Looked up by id first, what is stored together lies together: a
 * batch changes one or two pages of this index instead of one for each author, which halves what it writes.
 */
function indexByTime(database: DatabaseSync): void {
	database.exec(`
		DROP INDEX messages_by_author_and_id;
		CREATE UNIQUE INDEX messages_by_id_and_author ON messages (id, author_id);
	`);
}

/** Private rooms with invitations, rooms that are closed, messages that are taken back, and what has ended. */
function addOwnership(database: DatabaseSync): void {
	database.exec(`
		ALTER TABLE rooms ADD COLUMN closed_at INTEGER;
		DROP INDEX public_rooms_by_activity;
		CREATE INDEX public_rooms_by_activity ON rooms (last_at DESC) WHERE is_private = 0 AND closed_at IS NULL;

		ALTER TABLE members ADD COLUMN invitation TEXT;
		CREATE INDEX members_by_room ON members (room);

		CREATE TABLE invitations (
			secret_hash BLOB PRIMARY KEY,
			id TEXT NOT NULL,
			room TEXT NOT NULL,
			created_at INTEGER NOT NULL
		) STRICT, WITHOUT ROWID;
		CREATE UNIQUE INDEX invitations_by_room ON invitations (room, id);

		CREATE UNIQUE INDEX deletions ON messages (room, deletes) WHERE deletes IS NOT NULL;
		CREATE INDEX deletions_by_place ON messages (room, seq) WHERE deletes IS NOT NULL;

		CREATE TABLE departures (
			number INTEGER PRIMARY KEY AUTOINCREMENT,
			kind TEXT NOT NULL,
			room TEXT,
			user_id TEXT
		) STRICT;
	`);
}

/** Whom each invitation has let in, also those who left since; and the sessions of a person, which are ended together. */
function addWaysIn(database: DatabaseSync): void {
	database.exec(`
		CREATE TABLE ways_in (
			room TEXT NOT NULL,
			user_id TEXT NOT NULL,
			invitation TEXT NOT NULL,
			PRIMARY KEY (room, user_id, invitation),
			FOREIGN KEY (room, invitation) REFERENCES invitations (room, id) ON DELETE CASCADE
		) STRICT, WITHOUT ROWID;
		CREATE INDEX ways_in_by_invitation ON ways_in (room, invitation);
		INSERT INTO ways_in SELECT members.room, user_id, id
			FROM members JOIN invitations ON invitations.room = members.room AND id = invitation;

		CREATE INDEX sessions_by_user ON sessions (user_id);
	`);
}

/** What an entry says is known to be what was written; entries from before have no checksum. */
function addChecksum(database: DatabaseSync): void {
	database.exec('ALTER TABLE messages ADD COLUMN checksum INTEGER');
}

/** How far a room has been emptied: its messages up to this `seq` have no text. */
function addRetention(database: DatabaseSync): void {
	database.exec('ALTER TABLE rooms ADD COLUMN emptied_to INTEGER NOT NULL DEFAULT 0');
}
