import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { migrate, MIGRATIONS, schemaVersion } from '../../src/store/sqlite/migrations.ts';
import { StoreRejection, StoreUnavailable } from '../../src/store/store.ts';
import { describeStore, type Harness } from './contract.ts';
import { describeConsumers } from './consumers.ts';
import { describeOwnership } from './ownership.ts';
import { describeRetention } from './retention.ts';
import { databaseFile, openControlled, recordingLog } from './support/controlled-store.ts';
import { deletion, edit, fill, message, reaction, target } from './support/entries.ts';
import { readEntries, readMessages } from './support/read.ts';
import { defineEntryChecksum, sealing } from '../../src/store/sqlite/sealed-rows.ts';

const { log } = recordingLog();

/** A connection of another program, closed when the test ends. */
function connect(file: string): DatabaseSync {
	const database = new DatabaseSync(file);
	onTestFinished(() => {
		if (database.isOpen) database.close();
	});
	return database;
}

async function open(url: string) {
	const store = await openStore(url, log);
	onTestFinished(() => store.close());
	return store;
}

/** A closed database with three messages. */
async function closedDatabase() {
	const { file, url } = databaseFile();
	const store = await openStore(url, log);
	await fill(store, 3);
	await store.close();
	return { file, url };
}

function execute(file: string, sql: string): void {
	const database = new DatabaseSync(file);
	defineEntryChecksum(database);
	database.exec(sql);
	database.close();
}

async function openEmpty(): Promise<Harness> {
	const { file, url } = databaseFile();
	const seal = `UPDATE messages SET ${sealing('messages')}; UPDATE changes SET ${sealing('changes')}`;
	const store = await open(url);
	return {
		store,
		execute: (sql) => execute(file, `${sql}; ${seal}`),
		async reopen() {
			await store.close();
			return await open(url);
		}
	};
}

describeStore('SQLite', openEmpty);
describeOwnership('SQLite', openEmpty);
describeRetention('SQLite', openEmpty);
describeConsumers('SQLite', openEmpty);

describe('the file', () => {
	/** Those of the words that are in a database or its write-ahead log. */
	function wordsIn(file: string, words: readonly string[]): string[] {
		const files = ['', '-wal'].map((suffix) => `${file}${suffix}`).filter(existsSync);
		const bytes = files.map((path) => readFileSync(path));
		return words.filter((word) => bytes.some((each) => each.includes(word)));
	}

	function checkpoint(file: string): void {
		connect(file).exec('PRAGMA wal_checkpoint(TRUNCATE)');
	}

	const LONG = '가'.repeat(3_000);
	/** An emoji that no other test uses. */
	const EMOJI = '👩‍👧‍👦';

	test('[DEL-1] a checkpoint removes every byte of a deleted message, its versions and its reactions', async () => {
		const { file, url } = databaseFile();
		const store = await open(url);
		for (const person of ['ada', 'bora']) await store.join(person, 'lobby', 1);
		const mine = target('ada', 'mine');
		await store.append([message('ada', 'mine', { text: `the first version ${LONG}` })], []);
		await store.append([edit('ada', 'e1', mine, 'the second version')], []);
		await store.append([edit('ada', 'e2', mine, `the third version ${LONG}`), reaction('bora', 'r', mine, EMOJI)], []);
		await store.append([message('bora', 'other', { text: 'what somebody else said' })], []);
		const words = ['the first version', 'the second version', 'the third version', '가가가', EMOJI];
		checkpoint(file);
		expect(wordsIn(file, words)).toEqual(words);

		// A reply quotes the last version.
		await store.append([message('ada', 'reply', { replyTo: mine })], []);
		await store.append([deletion('ada', 'd', mine)], []);
		checkpoint(file);
		expect(wordsIn(file, [...words, 'what somebody else said'])).toEqual(['what somebody else said']);
		await store.close();
		expect(wordsIn(file, words)).toEqual([]);
	});

	test('[DEL-1] a message that is deleted in its own batch leaves no byte, not even in the write-ahead log', async () => {
		const { file, url } = databaseFile();
		const store = await open(url);
		await store.join('ada', 'lobby', 1);
		const mine = target('ada', 'mine');
		await store.append(
			[
				message('ada', 'mine', { text: `the first version ${LONG}` }),
				edit('ada', 'e', mine, `the second version ${LONG}`),
				reaction('ada', 'r', mine, EMOJI),
				deletion('ada', 'd', mine)
			],
			[]
		);
		expect(wordsIn(file, ['the first version', 'the second version', '가가가', EMOJI])).toEqual([]);
	});

	test('[STORE-3] a checkpoint removes every letter of emptied messages, also after a restart in between', async () => {
		const { file, url } = databaseFile();
		const first = await openStore(url, log);
		await first.join('ada', 'lobby', 1);
		const texts = Array.from({ length: 8 }, (_, index) => `secret ${index}${index === 1 ? '가'.repeat(3_000) : ''}`);
		await first.append(
			texts.map((text, index) => message('ada', `${index}`, { text, sentAt: index })),
			[]
		);
		expect(await first.emptyOlder({ before: 3, now: 10_000 }, '')).toEqual({ emptied: 3, after: 'lobby' });
		await first.close();

		const second = await open(url);
		expect(await second.emptyOlder({ before: 6, now: 10_000 }, '')).toEqual({ emptied: 3, after: 'lobby' });
		const other = connect(file);
		other.exec('PRAGMA wal_checkpoint(TRUNCATE)');
		const bytes = readFileSync(file);
		const left = ['가가', ...texts.map((_, index) => `secret ${index}`)].filter((each) => bytes.includes(each));
		expect(left).toEqual(['secret 6', 'secret 7']);
	});

	test('a restart keeps messages, cursors, sessions and the epoch', async () => {
		const { url } = databaseFile();
		const first = await open(url);
		await fill(first, 3);
		await first.createSession('00'.repeat(32), { id: 'ada', name: 'Ada' }, 1);
		await first.append([], [{ room: 'lobby', userId: 'ada', seq: 2 }]);
		const before = await Promise.all([readMessages(first), first.roomsOf('ada')]);
		await first.close();

		const second = await open(url);
		expect(second.epoch).toBe(first.epoch);
		expect(second.epoch).toMatch(/^[\w-]{22}$/);
		expect(await Promise.all([readMessages(second), second.roomsOf('ada')])).toEqual(before);
		expect(await second.findSession('00'.repeat(32))).toEqual({ id: 'ada', name: 'Ada' });
	});

	test('each database has its own epoch', async () => {
		const [one, other] = await Promise.all([open(databaseFile().url), open(databaseFile().url)]);
		expect(one.epoch).not.toBe(other.epoch);
	});

	test('a relative path starts at the current directory, and missing directories are made', async () => {
		const path = join(dirname(databaseFile().file), 'a', 'b', 'chat.sqlite');
		await open(`sqlite:${relative(process.cwd(), path)}`);
		expect(existsSync(path)).toBe(true);
	});

	test('a commit is synchronised with the disk', async () => {
		const { query } = await openControlled();
		expect(await query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
		expect(await query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
		expect(await query('PRAGMA fullfsync')).toEqual([{ fullfsync: 1 }]);
		expect(await query('PRAGMA checkpoint_fullfsync')).toEqual([{ checkpoint_fullfsync: 1 }]);
	});

	test('the table itself rejects a second message with the same author and id', async () => {
		const { file } = await closedDatabase();
		expect(() =>
			execute(
				file,
				`INSERT INTO messages (room, seq, id, author_id, author_name, sent_at, said, hidden, changed, text_seq, text, mentions, folded, checksum)
				VALUES ('elsewhere', 9, 'm1', 'ada', 'Ada', 1, 1, 0, 9, 9, 'x', '', '', 0)`
			)
		).toThrow(/UNIQUE/);
	});

	test('every search uses an index', async () => {
		const { query } = await openControlled();
		for (const [sql, index] of [
			["messages WHERE room = 'a' AND seq BETWEEN 1 AND 9 ORDER BY seq", 'PRIMARY KEY'],
			["messages WHERE author_id = 'a' AND id = 'b'", 'messages_by_id_and_author'],
			["members JOIN rooms USING (room) WHERE user_id = 'a' AND room = 'b'", 'PRIMARY KEY'],
			[
				'rooms WHERE NOT is_private AND closed_at IS NULL ORDER BY last_at DESC, room LIMIT 9',
				'public_rooms_by_activity'
			],
			[
				`messages INDEXED BY deleted_messages WHERE room = 'a' AND seq > 1 AND text = '' AND changed > seq AND hidden = 0`,
				'deleted_messages'
			],
			["changes WHERE room = 'a' AND seq >= 1 ORDER BY seq LIMIT 9", 'PRIMARY KEY'],
			["changes WHERE author_id = 'a' AND id = 'b'", 'changes_by_id_and_author'],
			["changes WHERE room = 'a' AND target BETWEEN 1 AND 9", 'changes_by_target'],
			["marks WHERE room = 'a' AND user_id = 'b' AND target = 1", 'PRIMARY KEY'],
			["marks WHERE room = 'a' AND target BETWEEN 1 AND 9", 'PRIMARY KEY'],
			["members WHERE room = 'a'", 'members_by_room'],
			["invitations WHERE room = 'a' AND id = 'b'", 'invitations_by_room']
		] as const) {
			const plan = JSON.stringify(await query(`EXPLAIN QUERY PLAN SELECT * FROM ${sql}`));
			expect(plan).toContain(index);
			expect(plan).not.toContain('TEMP B-TREE');
		}
	});

	test('a repeated join writes nothing', async () => {
		const { store, file } = await openControlled();
		await store.join('ada', 'lobby', 1);
		const other = connect(file);
		other.exec('BEGIN IMMEDIATE');
		expect(await store.join('ada', 'lobby', 1)).toMatchObject({ room: 'lobby' });
	});

	test('closing finishes pending calls, leaves one file and the lock, and happens once', async () => {
		const { file, url } = databaseFile();
		const store = await openStore(url, log);
		await store.join('ada', 'lobby', 1);
		const pending = store.append([message('ada', 'a')], []);
		await Promise.all([store.close(), store.close()]);

		await expect(pending).resolves.toMatchObject({ entries: [{ seq: 1 }] });
		expect(readdirSync(dirname(file)).sort()).toEqual(['digda.sqlite', 'digda.sqlite.lock']);
		await expect(store.heads([])).rejects.toBeInstanceOf(StoreUnavailable);
		await store.close();
	});

	test('an acknowledged message survives a kill, and the next start succeeds', async () => {
		const { url } = databaseFile();
		const script = fileURLToPath(new URL('./support/appending-process.ts', import.meta.url));
		const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
		onTestFinished(() => void child.kill('SIGKILL'));
		let acknowledged = 0;
		for await (const line of createInterface(child.stdout)) {
			acknowledged = Number(line);
			if (acknowledged === 50) child.kill('SIGKILL');
		}
		if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');

		const store = await open(url);
		const messages = await readMessages(store);
		expect(acknowledged).toBeGreaterThanOrEqual(50);
		expect(messages.length).toBeGreaterThanOrEqual(acknowledged);
		expect(messages.map(({ text }) => Number(text))).toEqual(messages.map(({ seq }) => seq));
	});
});

describe('migrating', () => {
	test('a database of version 0 is brought up to date', async () => {
		const { file, url } = databaseFile();
		execute(file, 'PRAGMA journal_mode = WAL');
		await fill(await open(url), 1);
		expect(schemaVersion(connect(file))).toBe(MIGRATIONS.length);
	});

	test('steps run once, in order, and a failed step has no effect', () => {
		const database = connect(databaseFile().file);
		const first = (each: DatabaseSync) => each.exec('CREATE TABLE one (a)');
		const broken = (each: DatabaseSync) => {
			each.exec('CREATE TABLE two (a)');
			throw new Error('half-way');
		};
		expect(() => migrate(database, [first, broken])).toThrow('half-way');
		expect(schemaVersion(database)).toBe(1);
		migrate(database, [first, (each) => each.exec('CREATE TABLE two (a)')]);
		expect(schemaVersion(database)).toBe(2);
	});

	test('a database whose first start was killed half-way is made anew', async () => {
		const { file } = databaseFile();
		const cut = connect(file);
		cut.exec('PRAGMA journal_mode = WAL; PRAGMA cache_size = 1; BEGIN IMMEDIATE');
		MIGRATIONS[0]?.(cut);
		// A killed process leaves the files as they are now.
		const copy = databaseFile();
		for (const suffix of ['', '-wal']) cpSync(`${file}${suffix}`, `${copy.file}${suffix}`);

		await fill(await open(copy.url), 1);
	});
});

describe('opening', () => {
	/** Expects one readable line that matches, and an unchanged file. */
	async function expectRejection(file: string, reason: RegExp, url = `sqlite:${file}`) {
		const read = () => (existsSync(file) ? readFileSync(file) : undefined);
		const before = read();
		const error: unknown = await openStore(url, log).then(
			(store) => store.close(),
			(thrown: unknown) => thrown
		);
		expect(error).toBeInstanceOf(StoreRejection);
		expect(String(error)).toMatch(reason);
		expect(String(error)).not.toContain('\n');
		expect(before && read()?.equals(before)).not.toBe(false);
	}

	test.for(['mysql://user:secret@host/db', 'sqlite', 'sqlite:', '/var/chat.sqlite', ''])(
		'rejects the unknown URL "%s" without its password',
		async (url) => {
			const error: unknown = await openStore(url, log).catch((thrown: unknown) => thrown);
			expect(error).toBeInstanceOf(StoreRejection);
			expect(String(error)).toMatch(/expected sqlite:<path>/);
			expect(String(error)).not.toContain('secret');
		}
	);

	test('rejects a second server on the same file, by any name, until the first has closed', async () => {
		const { file, url } = databaseFile();
		const store = await open(url);
		const link = join(dirname(file), 'link.sqlite');
		symlinkSync(file, link);
		for (const name of [file, link]) {
			await expect(openStore(`sqlite:${name}`, log)).rejects.toThrow(`${file} is in use by another server`);
		}
		await store.close();
		await open(url);
	});

	test('rejects a second server while the first replaces its worker', async () => {
		const { file, kill, store, messages } = await openControlled();
		await kill();
		await expect.poll(() => messages()).toContain('The database is unavailable');
		await expect(openStore(`sqlite:${file}`, log)).rejects.toThrow(/in use/);
		await store.close();
	});

	test('rejects a file that is no database', async () => {
		const { file } = databaseFile();
		writeFileSync(file, 'a diary\n'.repeat(2_000));
		await expectRejection(file, /not an intact database/);
	});

	test('rejects a database with a damaged page in the middle', async () => {
		const { file, url } = databaseFile();
		const store = await openStore(url, log);
		await fill(store, 2_000, 'text '.repeat(20));
		await store.close();
		const bytes = readFileSync(file);
		bytes.fill(0xff, Math.floor(bytes.length / 8192) * 4096, Math.floor(bytes.length / 8192) * 4096 + 4096);
		writeFileSync(file, bytes);
		await expectRejection(file, /damaged|not an intact database/);
	});

	test.for([
		['a newer version', `PRAGMA user_version = ${MIGRATIONS.length + 1}`, /newer version/],
		['another program with a mark', 'PRAGMA application_id = 7', /another program/],
		['another program without a mark', 'PRAGMA application_id = 0', /another program/]
	] as const)('rejects the database of %s, and reads its write-ahead log', async ([, sql, reason]) => {
		const { file } = await closedDatabase();
		const writer = connect(file);
		writer.exec(sql);
		writer.exec("PRAGMA wal_autocheckpoint = 0; UPDATE rooms SET title = 'x'");
		// A copy stands for the files of a killed program: the last connection would write the log into the file.
		const copy = databaseFile();
		for (const suffix of ['', '-wal']) cpSync(`${file}${suffix}`, `${copy.file}${suffix}`);
		expect(readFileSync(`${copy.file}-wal`).length).toBeGreaterThan(0);
		await expectRejection(copy.file, reason);
	});

	test('rejects a database that another program has locked', async () => {
		const { file } = await closedDatabase();
		const other = connect(file);
		other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT');
		// This process must not read the file: closing it would release the lock of the other connection.
		await expect(openStore(`sqlite:${file}`, log)).rejects.toThrow(/locked by another program/);
	});

	test('rejects a directory at the path of the database or of the lock', async () => {
		const { file } = databaseFile();
		await expect(openStore(`sqlite:${dirname(file)}`, log)).rejects.toThrow(/is not a file/);
		mkdirSync(`${file}.lock`);
		await expectRejection(file, /lock cannot be written/);
	});

	test('rejects a path that even a superuser cannot write', async () => {
		const { file } = databaseFile();
		writeFileSync(file, '');
		await expectRejection(file, /cannot be created/, `sqlite:${file}/below`);
	});

	test('leaves no lock after a rejection', async () => {
		const { file, url } = databaseFile();
		writeFileSync(file, 'a diary\n'.repeat(2_000));
		await expect(openStore(url, log)).rejects.toThrow(/not an intact/);
		writeFileSync(file, '');
		await open(url);
	});
});

describe('failing', () => {
	const UNAVAILABLE = 'The database is unavailable';
	const AVAILABLE = 'The database is available again';

	test('the calls of a killed worker fail, and later ones at once until it is replaced', async () => {
		const { store, file, kill, messages, starts } = await openControlled();
		await fill(store, 1);
		// The worker waits for the file when it is killed.
		const other = connect(file);
		other.exec('BEGIN IMMEDIATE');
		const calls = [store.append([message('ada', 'lost')], []), store.heads(['lobby'])];
		const results = Promise.allSettled(calls);
		await kill();
		other.exec('ROLLBACK');
		for (const result of await results) {
			expect(result).toMatchObject({
				status: 'rejected',
				reason: expect.any(StoreUnavailable) as unknown
			});
		}
		await expect.poll(() => messages()).toContain(UNAVAILABLE);
		await expect(store.readLog('lobby', 0, 1)).rejects.toThrow(/being reopened/);

		await expect.poll(() => messages()).toEqual([UNAVAILABLE, AVAILABLE]);
		expect(starts()).toBe(2);
		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ seq: 2 }] });
	});

	test.for([7, 8, 10 | (4 << 8), 14, 15])(
		'the store opens the database again after code %i of a commit, and fails waiting calls',
		async (errcode) => {
			const { store, failAt, messages, starts } = await openControlled();
			await fill(store, 1);
			await failAt('COMMIT', errcode);
			const calls = [store.append([message('ada', 'a')], []), store.append([message('ada', 'b')], [])];
			for (const result of await Promise.allSettled(calls)) {
				expect(result).toMatchObject({
					status: 'rejected',
					reason: expect.any(StoreUnavailable) as unknown
				});
			}
			await expect.poll(() => messages()).toEqual([UNAVAILABLE, AVAILABLE]);
			expect(starts()).toBe(2);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 1]]);
		}
	);

	test('an error without a fault of the disk is a plain error, and the worker stays', async () => {
		const { store, failAt, messages, starts } = await openControlled();
		await fill(store, 1);
		await failAt('COMMIT', 19);
		const error: unknown = await store.append([message('ada', 'a')], []).catch((thrown: unknown) => thrown);
		expect(error).not.toBeInstanceOf(StoreUnavailable);
		expect(error).toMatchObject({ message: 'injected 19' });
		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ seq: 2 }] });
		expect([messages(), starts()]).toEqual([[], 1]);
	});

	test('a transaction that cannot be rolled back ends its worker', async () => {
		const { store, failAt, messages } = await openControlled();
		await fill(store, 1);
		await failAt('ROLLBACK', 1);
		const broken = message('ada', 'x', { text: null as unknown as string });
		await expect(store.append([broken], [])).rejects.toBeInstanceOf(StoreUnavailable);
		await expect.poll(() => messages()).toEqual([UNAVAILABLE, AVAILABLE]);
		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ seq: 2 }] });
	});

	test('writes of all kinds fail while another program holds the file, and reads go on', async () => {
		const { store, file, messages, starts } = await openControlled();
		const [hash, otherHash] = ['00'.repeat(32), '01'.repeat(32)];
		await store.createSession(hash, { id: 'ada', name: 'Guest' }, 1);
		await fill(store, 1);
		const other = connect(file);
		other.exec('BEGIN IMMEDIATE');
		const writes = [
			() => store.append([message('ada', 'a')], []),
			() => store.append([], [{ room: 'lobby', userId: 'ada', seq: 1 }]),
			() => store.join('ada', 'attic', 1),
			() => store.createSession(otherHash, { id: 'bora', name: 'Bora' }, 1),
			() => store.rename('ada', 'Ada'),
			() => store.leave('ada', 'lobby')
		];
		for (const write of writes) {
			await expect(write()).rejects.toBeInstanceOf(StoreUnavailable);
			expect(await store.heads(['lobby', 'attic'])).toEqual([['lobby', 1]]);
			expect(await store.roomsOf('ada')).toMatchObject([{ room: 'lobby', readSeq: 0 }]);
			expect(await store.findSession(hash)).toEqual({ id: 'ada', name: 'Guest' });
			expect(await readEntries(store)).toHaveLength(1);
		}
		other.exec('ROLLBACK');
		expect(await store.findSession(otherHash)).toBeUndefined();
		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ seq: 2 }] });
		expect([messages(), starts()]).toEqual([[UNAVAILABLE, AVAILABLE], 1]);
	});

	test('a write waits 50 ms for another program, also on a connection that was opened again', async () => {
		const { query, kill, messages } = await openControlled();
		expect(await query('PRAGMA busy_timeout')).toEqual([{ timeout: 50 }]);
		await kill();
		await expect.poll(() => messages()).toEqual([UNAVAILABLE, AVAILABLE]);
		expect(await query('PRAGMA busy_timeout')).toEqual([{ timeout: 50 }]);
	});

	test('a full disk fails the whole batch, which succeeds once there is room', async () => {
		const { store, query, messages, starts } = await openControlled();
		await fill(store, 1);
		await query('PRAGMA max_page_count = 20');
		const batch = Array.from({ length: 50 }, (_, index) => message('ada', `big ${index}`, { text: 'x'.repeat(4_000) }));
		await expect(store.append(batch, [])).rejects.toBeInstanceOf(StoreUnavailable);
		expect(await store.heads(['lobby'])).toEqual([['lobby', 1]]);

		await query('PRAGMA max_page_count = 100000');
		const { entries: appended } = await store.append(batch, []);
		expect(appended.at(-1)).toMatchObject({ isNew: true, seq: 51 });
		expect([messages(), starts()]).toEqual([[UNAVAILABLE, AVAILABLE], 1]);
	});

	test('a store that lost its worker can be closed, and frees the file', async () => {
		const { store, file, kill, messages, starts } = await openControlled();
		await kill();
		await expect.poll(() => messages()).toContain(UNAVAILABLE);
		await store.close();
		expect(starts()).toBe(1);
		await open(`sqlite:${file}`);
	});

	test('the store does not write to another database at the path of the first', async () => {
		const { store, file, kill, messages, starts } = await openControlled();
		const foreign = await closedDatabase();
		await kill();
		await expect.poll(() => messages()).toContain(UNAVAILABLE);
		for (const suffix of ['-wal', '-shm']) if (existsSync(`${file}${suffix}`)) writeFileSync(`${file}${suffix}`, '');
		cpSync(foreign.file, file);

		await expect.poll(() => starts()).toBeGreaterThan(2);
		await expect(store.append([message('ada', 'a')], [])).rejects.toBeInstanceOf(StoreUnavailable);
		expect(messages()).toEqual([UNAVAILABLE]);
	});
});

describe('reading on a second thread', () => {
	/** Reads until the reading thread has served a read. */
	async function untilAside({ store, readsAside }: Awaited<ReturnType<typeof openControlled>>) {
		const before = readsAside();
		await expect
			.poll(async () => {
				await store.readLog('lobby', 0, 1);
				return readsAside();
			})
			.toBeGreaterThan(before);
	}

	test('a commit does not wait for a page', async () => {
		const controlled = await openControlled();
		const { store, holdReads } = controlled;
		await fill(store, 1);
		await untilAside(controlled);

		holdReads(true);
		onTestFinished(() => holdReads(false));
		const reads = [
			store.readLog('lobby', 0, 50),
			store.readPage('ada', 'lobby', { after: 0 }, 50),
			store.readOn('ada', 'lobby', { from: 1, to: 1 }, 50),
			store.membersOf('ada', 'lobby', 1),
			store.preview('ada', 'ff'.repeat(32), 1),
			store.saidAt([{ room: 'lobby', seq: 2 }])
		];
		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ seq: 2 }] });
		expect(await store.roomsOf('ada')).toMatchObject([{ head: 2 }]);
		holdReads(false);
		expect(await Promise.all(reads)).toMatchObject([
			...[[{ seq: 1 }, { seq: 2 }], { head: 2 }, { head: 2 }],
			...['forbidden', 'not_found', [2]]
		]);
	});

	test('the calls of a killed reading thread fail, and the other thread reads until it is replaced', async () => {
		const controlled = await openControlled();
		const { store, holdReads, killReader, messages, starts } = controlled;
		await fill(store, 1);
		await untilAside(controlled);

		holdReads(true);
		const lost = expect(store.readLog('lobby', 0, 50)).rejects.toBeInstanceOf(StoreUnavailable);
		await killReader();
		holdReads(false);
		await lost;
		expect(await store.readPage('ada', 'lobby', { after: 0 }, 50)).toMatchObject({ head: 1 });
		expect(await store.append([message('ada', 'a')], [])).toMatchObject({ entries: [{ seq: 2 }] });
		await untilAside(controlled);
		expect([messages(), starts()]).toEqual([['The database is unavailable', 'The database is available again'], 1]);
	});

	test('the reading thread serves acknowledged messages while the writing one is replaced', async () => {
		const controlled = await openControlled();
		const { store, kill, messages } = controlled;
		await fill(store, 1);
		await untilAside(controlled);
		await kill();
		await expect.poll(() => messages()).toContain('The database is unavailable');
		expect(await store.readPage('ada', 'lobby', { after: 0 }, 50)).toMatchObject({ head: 1 });
	});

	test('both threads end with the store, and leave no file beside the database', async () => {
		const controlled = await openControlled();
		await fill(controlled.store, 1);
		await untilAside(controlled);
		await controlled.store.close();
		expect(readdirSync(dirname(controlled.file)).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
		await open(`sqlite:${controlled.file}`);
	});
});
