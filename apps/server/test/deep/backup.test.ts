import {
	chmodSync,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { backup } from '../../src/store/sqlite/backup.ts';
import { MIGRATIONS } from '../../src/store/sqlite/migrations.ts';
import { StoreRejection } from '../../src/store/store.ts';
import { BACKUP, keptOf, look, place, query, RESTORE, run, write } from '../support/backups.ts';
import { connectChat, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { runToExit, startProcess } from '@digda/testkit/server/process.ts';

/** Sends to two rooms until it is stopped. It records the acknowledged messages and their times. */
function sendOn(client: ChatClientProbe, rooms: readonly string[]) {
	const acknowledged: { id: string; at: number }[] = [];
	const over = new AbortController();
	const sending = (async () => {
		for (let number = 0; !over.signal.aborted; number += 1) {
			const { id } = await client.send(rooms[number % rooms.length] ?? '', `message ${number} ${'x'.repeat(500)}`);
			acknowledged.push({ id, at: performance.now() });
		}
	})();
	return {
		acknowledged,
		async stop() {
			over.abort();
			await sending;
		}
	};
}

/** Runs a program repeatedly, killed one step later each time, until it succeeds. */
async function killAtEachStep(program: string, url: string, copy: string, check: (isKilled: boolean) => void) {
	const NODE_OPTIONS = `--import ${new URL('../support/kill-at.ts', import.meta.url).href}`;
	let isKilled = true;
	for (let step = 0; isKilled; step += 1) {
		const variables = { DATABASE_URL: url, NODE_OPTIONS, KILL_AT: String(step) };
		const { code, output } = await runToExit(program, variables, [copy]);
		expect([0, null], output).toContain(code);
		isKilled = code === null;
		check(isKilled);
	}
}

describe('backup', () => {
	test('a backup under constant writes is a snapshot of the log with every message acknowledged before it began', async () => {
		const { file, url, copy } = place();
		const server = await startProcess({ DATABASE_URL: url, RATE_LIMITS: 'off' });
		const rooms = ['lobby', 'attic'];
		const clients = await Promise.all(Array.from({ length: 8 }, () => connectChat(server.url)));
		for (const client of clients) for (const room of rooms) await client.join(room);
		const senders = clients.map((client) => sendOn(client, rooms));
		await expect.poll(() => senders.flatMap((each) => each.acknowledged).length).toBeGreaterThan(200);

		const beganAt = performance.now();
		const { code, output } = await run(BACKUP, url, copy);
		const endedAt = performance.now();
		await Promise.all(senders.map((each) => each.stop()));

		expect([code, output]).toEqual([0, expect.stringMatching(/^Backed up to \S+ \(rooms: 2, messages: \d+\)\n$/)]);
		const acknowledged = senders.flatMap((each) => each.acknowledged);
		expect(acknowledged.some(({ at }) => at > beganAt && at < endedAt)).toBe(true);
		const ids = new Set(query(copy, 'SELECT id FROM messages').map(({ id }) => id));
		expect(acknowledged.filter(({ id, at }) => at < beganAt && !ids.has(id))).toEqual([]);
		expect(ids.size).toBeLessThan(acknowledged.length);
		for (const room of rooms) {
			const seqs = query(copy, `SELECT seq FROM messages WHERE room = '${room}' ORDER BY seq`);
			expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_, index) => index + 1));
			expect(query(copy, `SELECT head FROM rooms WHERE room = '${room}'`)).toEqual([{ head: seqs.length }]);
		}
		expect(statSync(copy).mode & 0o777).toBe(0o600);
		expect(readdirSync(dirname(file)).filter((name) => !name.startsWith('digda.sqlite'))).toEqual(['copy.sqlite']);
	});

	test('a kill at any point leaves a whole backup or none', async () => {
		const { url, copy } = place();
		await write(url, 3);
		await killAtEachStep(BACKUP, url, copy, (isKilled) => {
			if (isKilled && !existsSync(copy)) return;
			expect(query(copy, 'SELECT seq FROM messages')).toHaveLength(3);
			rmSync(copy);
		});
	});

	test('a relative name starts at the directory of the command', async () => {
		const { url, directory } = place();
		await write(url, 1);
		await runToExit(BACKUP, { DATABASE_URL: url, INIT_CWD: directory }, ['here.sqlite']);
		expect(existsSync(join(directory, 'here.sqlite'))).toBe(true);
	});

	/** Expects one line, exit code 1, and unchanged files. */
	async function expectRejection(reason: RegExp, { url, directory }: ReturnType<typeof place>, ...args: string[]) {
		const before = readdirSync(directory);
		const { code, output } = await run(BACKUP, url, ...args);
		expect([code, output]).toEqual([1, expect.stringMatching(reason)]);
		expect(output.trimEnd()).not.toContain('\n');
		// SQLite makes an index of the write-ahead log for a reader.
		const isReadersIndex = (name: string) => /^digda\.sqlite-(wal|shm)$/.test(name);
		expect(readdirSync(directory).filter((name) => !isReadersIndex(name))).toEqual(before);
	}

	test.for([[], [''], ['one', 'two'], ['--force', 'one']])('%j is rejected with the usage', async (args) => {
		const here = place();
		await write(here.url, 1);
		await expectRejection(/^backup needs the name of one file: .* backup <file>\n$/, here, ...args);
	});

	test('an existing name is rejected, also a link to nowhere', async () => {
		const here = place();
		await write(here.url, 1);
		writeFileSync(here.copy, 'mine');
		symlinkSync('nowhere', join(here.directory, 'link'));
		await expectRejection(/copy\.sqlite exists already\n$/, here, here.copy);
		await expectRejection(/link exists already\n$/, here, join(here.directory, 'link'));
		expect(readFileSync(here.copy, 'utf8')).toBe('mine');
	});

	test('the names of the database and of the files beside it are rejected as a target', async () => {
		const here = place();
		await write(here.url, 1);
		for (const suffix of ['-wal', '-shm', '-journal', '.lock', '.damaged']) {
			const target = `${here.file}${suffix}`;
			expect(() => backup(here.file, target)).toThrow(new StoreRejection(`${target} belongs to the database itself`));
		}
		await expectRejection(/digda\.sqlite belongs to the database itself\n$/, here, here.file);
	});

	test('a link to the database is rejected as a target', async () => {
		const here = place();
		await write(here.url, 1);
		symlinkSync(here.file, join(here.directory, 'link'));
		await expectRejection(/link belongs to the database itself\n$/, here, join(here.directory, 'link'));
	});

	test('a directory that is missing, a file, or not writable is rejected', async () => {
		const here = place();
		await write(here.url, 1);
		await expectRejection(/missing is not a directory\n$/, here, join(here.directory, 'missing', 'a'));
		await expectRejection(/digda\.sqlite is not a directory\n$/, here, join(here.file, 'a'));
		// Even a superuser cannot write here.
		await expectRejection(/a cannot be used: .*\n$/, here, '/proc/a');
	});

	test('a missing database is reported', async () => {
		const here = place();
		await expectRejection(/^there is no database .*digda\.sqlite yet\n$/, here, here.copy);
		writeFileSync(here.file, '');
		await expectRejection(/^there is no database .*digda\.sqlite yet\n$/, here, here.copy);
	});

	test.for([
		['PRAGMA application_id = 7', /is a database of another program\n$/],
		[`PRAGMA user_version = ${MIGRATIONS.length + 1}`, /was made by a newer version of this program\n$/]
	] as const)('a database after %s is rejected', async ([sql, reason]) => {
		const here = place();
		await write(here.url, 1);
		query(here.file, sql);
		await expectRejection(reason, here, here.copy);
	});

	test('a damaged database is rejected', async () => {
		const here = place();
		await write(here.url, 200);
		damage(here.file);
		await expectRejection(/damaged|not an intact database/, here, here.copy);
	});

	test('a database with a changed entry is rejected', async () => {
		const here = place();
		await write(here.url, 3);
		query(here.file, `UPDATE messages SET text = 'other' WHERE seq = 2`);
		await expectRejection(/not an intact database: entry 2 of the room lobby is damaged\n$/, here, here.copy);
	});

	test('a wrong environment is rejected as at the start of a server', async () => {
		const { code, output } = await runToExit(BACKUP, { DATABASE_URL: 'mysql://me:secret@x' }, ['a']);
		expect([code, output]).toEqual([1, expect.stringMatching(/^DATABASE_URL is "mysql:…": expected .*\n$/)]);
	});
});

/** Overwrites a page in the middle of a database. */
function damage(file: string): void {
	const bytes = readFileSync(file);
	const middle = Math.floor(bytes.length / 8192) * 4096;
	writeFileSync(file, bytes.fill(0xff, middle, middle + 4096));
}

describe('restore', () => {
	test('a backup becomes the database where there is none', async () => {
		const { url, copy } = place();
		const other = place();
		const epoch = await write(url, 3);
		await run(BACKUP, url, copy);
		expect(await run(RESTORE, other.url, copy)).toMatchObject({
			code: 0,
			output: `Restored ${other.file} (rooms: 1, messages: 3)\n`
		});
		const found = await look(other.url);
		expect(found).toMatchObject({ head: 3, count: 3 });
		expect(found.epoch).not.toBe(epoch);
	});

	test('the files beside the database of a killed server are kept with it, and never reach the new one', async () => {
		const { file, url, copy } = await killedServer();
		const { code, output } = await run(RESTORE, url, copy);
		expect(code).toBe(0);
		expect(existsSync(`${file}-wal`)).toBe(false);
		expect(query(keptOf(output), 'SELECT text FROM messages ORDER BY seq')).toMatchObject([
			{ text: 'm1' },
			{ text: 'm2' },
			{ text: 'm3' },
			{ text: 'last words' }
		]);
		expect(await look(url)).toMatchObject({ head: 3, count: 3 });
	});

	test('a damaged database is kept with the files beside it', async () => {
		const { file, url, copy } = await killedServer();
		const wal = readFileSync(`${file}-wal`);
		writeFileSync(file, readFileSync(file).fill(0xff, 0, 100));
		const damaged = readFileSync(file);

		const { code, output } = await run(RESTORE, url, copy);
		expect(code).toBe(0);
		expect(readFileSync(keptOf(output)).equals(damaged)).toBe(true);
		expect(readFileSync(`${keptOf(output)}-wal`).equals(wal)).toBe(true);
		expect(await look(url)).toMatchObject({ head: 3, count: 3 });
	});

	test('the write-ahead log of a deleted database is not used with the backup', async () => {
		const { file, url, copy } = await killedServer();
		rmSync(file);
		expect(await run(RESTORE, url, copy)).toMatchObject({ code: 0 });
		expect(await look(url)).toMatchObject({ head: 3, count: 3 });
	});

	test('the new database has the mode of the old one', async () => {
		const { file, url, copy } = place();
		await write(url, 1);
		await run(BACKUP, url, copy);
		chmodSync(file, 0o640);
		await run(RESTORE, url, copy);
		expect(statSync(file).mode & 0o777).toBe(0o640);
	});

	test('a kill at any point leaves the old database or the new one', async () => {
		const { file, url, copy, directory } = await killedServer();
		const original = mkdtempSync(`${directory}-original-`);
		onTestFinished(() => rmSync(original, { recursive: true, force: true }));
		cpSync(directory, original, { recursive: true });
		const epochOf = (database: string) => query(database, 'SELECT epoch FROM meta')[0]?.['epoch'];
		const epoch = epochOf(copy);

		const left = new Set<string>();
		await killAtEachStep(RESTORE, url, copy, () => {
			const [{ head } = {}] = query(file, 'SELECT head FROM rooms');
			const count = query(file, 'SELECT seq FROM messages').length;
			const isOld = epochOf(file) === epoch;
			expect({ head, count }).toEqual(isOld ? { head: 4, count: 4 } : { head: 3, count: 3 });
			left.add(isOld ? 'old' : 'new');
			rmSync(directory, { recursive: true });
			cpSync(original, directory, { recursive: true });
		});
		expect([...left]).toEqual(['old', 'new']);
	});

	/** A backup with three messages, and the database of a server that was killed after a fourth. */
	async function killedServer() {
		const here = place();
		await write(here.url, 3);
		await run(BACKUP, here.url, here.copy);
		const server = await startProcess({ DATABASE_URL: here.url });
		const client = await connectChat(server.url, undefined, { reconnection: false });
		await client.join('lobby');
		await client.send('lobby', 'last words');
		await server.stop('SIGKILL');
		expect(statSync(`${here.file}-wal`).size).toBeGreaterThan(0);
		return here;
	}

	/** A database with one message and a whole backup of it. */
	async function withBackup() {
		const here = place();
		await write(here.url, 1);
		await run(BACKUP, here.url, here.copy);
		return here;
	}

	/** Expects one line, exit code 1, and an unchanged database. */
	async function expectRejection(
		reason: RegExp,
		{ url, file, directory }: ReturnType<typeof place>,
		...args: string[]
	) {
		const before = existsSync(file) && readFileSync(file);
		const { code, output } = await run(RESTORE, url, ...args);
		expect([code, output]).toEqual([1, expect.stringMatching(reason)]);
		expect(output.trimEnd()).not.toContain('\n');
		expect(before && readFileSync(file).equals(before)).toBe(before && true);
		expect(readdirSync(directory).filter((name) => /partial|before/.test(name))).toEqual([]);
	}

	test.for([[], ['one', 'two']])('%j is rejected with the usage', async (args) => {
		await expectRejection(/^restore needs the name of one file: .* restore <file>\n$/, await withBackup(), ...args);
	});

	test('a file that is no backup is rejected', async () => {
		const here = await withBackup();
		const no = join(here.directory, 'no');
		await expectRejection(/^there is no backup .*no\n$/, here, no);
		writeFileSync(no, '');
		await expectRejection(/no is empty\n$/, here, no);
		writeFileSync(no, 'a diary\n'.repeat(2_000));
		await expectRejection(/no is not an intact database: .*\n$/, here, no);
		rmSync(no);
		mkdirSync(no);
		await expectRejection(/^there is no backup .*no\n$/, here, no);
		await expectRejection(/digda\.sqlite is the database itself\n$/, here, here.file);
	});

	test.for([
		['PRAGMA application_id = 7', /copy\.sqlite is a database of another program\n$/],
		[`PRAGMA user_version = ${MIGRATIONS.length + 1}`, /copy\.sqlite was made by a newer version of this program\n$/]
	] as const)('a backup after %s is rejected', async ([sql, reason]) => {
		const here = await withBackup();
		query(here.copy, sql);
		await expectRejection(reason, here, here.copy);
	});

	test('a damaged backup is rejected', async () => {
		const here = place();
		await write(here.url, 200);
		await run(BACKUP, here.url, here.copy);
		damage(here.copy);
		await expectRejection(/copy\.sqlite is (damaged|not an intact database).*\n$/, here, here.copy);
	});

	test('a backup with a changed entry is rejected', async () => {
		const here = await withBackup();
		query(here.copy, `UPDATE messages SET text = 'other'`);
		await expectRejection(/copy\.sqlite is not an intact database: entry 1 of the room lobby .*\n$/, here, here.copy);
	});

	test('the database of another program is not replaced', async () => {
		const here = await withBackup();
		query(here.file, 'PRAGMA application_id = 7');
		await expectRejection(/digda\.sqlite is a database of another program\n$/, here, here.copy);
	});

	test('a database that another program reads is not replaced', async () => {
		const here = await withBackup();
		const other = new DatabaseSync(here.file);
		onTestFinished(() => other.close());
		other.prepare('SELECT * FROM meta').all();
		const { code, output } = await run(RESTORE, here.url, here.copy);
		expect([code, output]).toEqual([1, expect.stringMatching(/digda\.sqlite is locked by another program\n$/)]);
	});
});
