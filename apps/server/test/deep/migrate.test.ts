import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { move } from '../../src/store/move/move.ts';
import type { Progress } from '../../src/store/move/progress.ts';
import { Source } from '../../src/store/move/Source.ts';
import { Target } from '../../src/store/move/Target.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openPostgresStore } from '../../src/store/postgres/open-postgres-store.ts';
import { backup } from '../../src/store/sqlite/backup.ts';
import { lockFile } from '../../src/store/sqlite/lock.ts';
import { movedTo } from '../../src/store/sqlite/moved.ts';
import { StoreRejection, StoreUnavailable } from '../../src/store/store.ts';
import { fill, message } from '../store/support/entries.ts';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import * as community from '../support/community.ts';
import { communityAt, log, MIGRATE, place, run, usable } from '../support/moves.ts';
import { describePostgres } from '@digda/testkit/engines/describe-postgres.ts';
import { runSql } from '@digda/testkit/engines/PostgresServer.ts';
import { withClient } from '@digda/testkit/engines/with-client.ts';
import { runToExit, startProcess } from '@digda/testkit/server/process.ts';
import { SERVER } from '@digda/testkit/server/ServerProcess.ts';

const KILL_AT = `--import ${new URL('../support/kill-at.ts', import.meta.url).href}`;
/** Whether a file is marked as moved. */
function hasMoved(file: string): boolean {
	const database = new DatabaseSync(file, { readOnly: true });
	const moved = movedTo(database);
	database.close();
	return moved !== undefined;
}

const SILENT: Progress = { begin: () => undefined, advance: () => undefined, end: () => undefined };

describePostgres('with a real PostgreSQL', (server) => {
	/** Expects this last line, exit code 1, and no secret in the output. */
	async function expectRejection(from: string, to: string, reason: RegExp, variables: Record<string, string> = {}) {
		const { code, output } = await run(from, to, variables);
		expect([code, output.trimEnd().split('\n').at(-1)]).toEqual([1, expect.stringMatching(reason)]);
		expect(output).not.toMatch(/secret|^\s+at /m);
		return output;
	}

	describe('a move', () => {
		test('[JOIN-4] lets clients rejoin without a reset, read on and send on', async () => {
			const { url } = place();
			const to = await server().createDatabase();
			const here = await startProcess({ DATABASE_URL: url });
			const [me, friend] = [await connectChat(here.url), await connectChat(here.url)];
			for (const client of [me, friend]) await client.join('바다');
			const { id, seq } = await me.send('바다', '파도');
			const { epoch } = await me.join('바다');
			me.socket.disconnect();
			const missed = await friend.send('바다', '물결');
			await friend.get('read:mark', { room: '바다', seq: missed.seq });
			await here.stop('SIGTERM');
			expect(await run(url, to)).toMatchObject({ code: 0 });

			const there = await startProcess({ DATABASE_URL: to });
			const [again, friendAgain] = [
				await connectChat(there.url, tokenOf(me)),
				await connectChat(there.url, tokenOf(friend))
			];
			expect([again.ready, friendAgain.ready]).toEqual([{ user: me.user }, { user: friend.user }]);
			expect(await again.join('바다', { after: seq, afterId: id, epoch })).toMatchObject({
				...{ reset: false, epoch, head: missed.seq, readSeq: seq },
				messages: [{ id: missed.id, seq: missed.seq, text: '물결' }]
			});
			expect(await friendAgain.join('바다')).toMatchObject({ readSeq: missed.seq });
			expect(await again.ask('message:send', { room: '바다', id, text: '파도' })).toMatchObject({
				ok: true,
				data: { seq }
			});
			expect(await again.send('바다', '바람')).toMatchObject({ seq: missed.seq + 1 });
		});

		test('leaves a file on which no server starts, and which names the new database', async () => {
			const { file, url } = await communityAt();
			const to = await server().createDatabase();
			await run(url, to.replace('postgres@', 'postgres:correct-horse@'));

			const { code, output } = await runToExit(SERVER, { DATABASE_URL: url, PORT: '0' });
			expect([code, output]).toEqual([
				1,
				expect.stringMatching(/^\S+digda\.sqlite has moved to postgres:\/\/127\.0\.0\.1:\d+\/digda_\d+: .*\n$/)
			]);
			expect(readFileSync(file).includes('correct-horse')).toBe(false);
			const copy = join(dirname(file), 'copy.sqlite');
			expect(backup(file, copy)).toMatchObject({ messages: 12 });
		});

		test('reports a second run and changes nothing', async () => {
			const { url } = await communityAt();
			const to = await server().createDatabase();
			await run(url, to);
			const store = await openPostgresStore(to, log);
			await store.append([message('ada', 'new')], []);
			await store.close();
			const after = await community.rowsInPostgres(to);

			const { code, output } = await run(url, to);
			expect([code, output]).toEqual([0, expect.stringMatching(/has moved to \S+ already\n$/)]);
			expect(await community.rowsInPostgres(to)).toEqual(after);
		});

		test('takes a relative path from the directory of the command', async () => {
			const { file } = await communityAt();
			const to = await server().createDatabase();
			expect(await run('sqlite:digda.sqlite', to, { INIT_CWD: dirname(file) })).toMatchObject({ code: 0 });
		});
	});

	describe('a server', () => {
		test('keeps its database while it runs, and the command asks to stop it', async () => {
			const { url } = await communityAt();
			const to = await server().createDatabase();
			const running = await startProcess({ DATABASE_URL: url });
			await expectRejection(url, to, /^a server uses \S+digda\.sqlite: stop it, then run the command again$/);
			expect(await isEmpty(to)).toBe(true);
			await running.stop('SIGTERM');
			expect(await run(url, to)).toMatchObject({ code: 0 });
		});

		test('does not start on a database with an unfinished move', async () => {
			const { file, url } = await communityAt();
			const to = await filledAt(file);
			await expect(openPostgresStore(to, log)).rejects.toThrow(
				/the move of a community into this database is unfinished/
			);
			expect(await usable(url, to)).toEqual(['source']);
		});

		test('cannot write without its lock once the log has moved', async () => {
			const { file, url } = place();
			const store = await openStore(url, log);
			onTestFinished(() => store.close());
			await fill(store, 3);
			await store.createSession('00'.repeat(32), { id: 'ada', name: 'Ada' }, 1);
			rmSync(`${file}.lock`);
			const to = await server().createDatabase();
			expect(await run(url, to)).toMatchObject({ code: 0 });
			const rows = community.rowsInSqlite(file);

			for (const write of [
				() => store.append([message('ada', 'late')], []),
				() => store.append([message('ada', 'm1')], []),
				() => store.append([], [{ room: 'lobby', userId: 'ada', seq: 1 }]),
				() => store.join('ada', 'attic', 1),
				() => store.leave('ada', 'lobby'),
				() => store.rename('ada', 'Bora'),
				() => store.createSession('01'.repeat(32), { id: 'bora', name: 'Bora' }, 1)
			]) {
				await expect(write()).rejects.toBeInstanceOf(StoreUnavailable);
			}
			expect(community.rowsInSqlite(file)).toEqual(rows);
		});

		test('ends the move by a write without its lock at the last moment', async () => {
			const { file } = await communityAt();
			const source = new Source(file);
			onTestFinished(() => source.close());
			community.edit(file, `UPDATE users SET name = 'x' WHERE id = 'ada'`);
			expect(() => source.mark({ id: 'a', place: 'b' })).toThrow(StoreRejection);
			expect(source.moved).toBeUndefined();
		});
	});

	/** A target that holds a whole file, where the command was interrupted before it marked the source. */
	async function filledAt(file: string): Promise<string> {
		const to = await server().createDatabase();
		const [source, target] = [new Source(file), new Target(to)];
		await target.fill(source, 'interrupted', SILENT);
		source.close();
		target.close();
		return to;
	}

	async function fillLong(url: string, file: string, length = 20_000) {
		await (await openStore(url, log)).close();
		community.lengthen(file, 'long', length);
	}

	describe('a kill', () => {
		test(
			'at any step leaves at most one usable log, and the next run completes the move',
			{ timeout: 120_000 },
			async () => {
				const { file, url } = await communityAt();
				const before = community.rowsInSqlite(file);
				const to = await server().createDatabase();
				const states = new Set<string>();
				for (let step = 0, isKilled = true; isKilled; step += 1 + Math.floor(Math.random() * 7)) {
					const { code, output } = await run(url, to, {
						NODE_OPTIONS: KILL_AT,
						KILL_AT: String(step),
						KILL_AT_WRITES: 'yes'
					});
					expect([0, null], `step ${step}: ${output}`).toContain(code);
					isKilled = code === null;
					const names = await usable(url, (await isEmpty(to)) ? 'postgres://127.0.0.1:1/x' : to);
					states.add(names.join());
					expect(names.length, `step ${step}`).toBeLessThanOrEqual(1);
				}
				expect(await community.rowsInPostgres(to)).toEqual(before);
				expect([...states]).toEqual(expect.arrayContaining(['source', 'target']));
			}
		);

		test(
			'between the mark in the source and the release of the target leaves no usable log, and the next run completes the move',
			{ timeout: 60_000 },
			async () => {
				const states: string[] = [];
				for (let step = 0, isKilled = true; isKilled; step += 1) {
					const { file, url } = await communityAt();
					const before = community.rowsInSqlite(file);
					const to = await server().createDatabase();
					const { code, output } = await run(url, to, {
						...{ NODE_OPTIONS: KILL_AT, KILL_AT: String(step), KILL_AT_WRITES: 'yes' },
						// The last statements, which mark the source.
						KILL_AFTER: 'CREATE TRIGGER moved_'
					});
					expect([0, null], `step ${step}: ${output}`).toContain(code);
					isKilled = code === null;
					states.push((await usable(url, to)).join());
					expect(await run(url, to), `after step ${step}`).toMatchObject({ code: 0 });
					expect(await usable(url, to), `after step ${step}`).toEqual(['target']);
					expect(await community.rowsInPostgres(to), `after step ${step}`).toEqual(before);
				}
				const inOrder = states.filter((state, index) => state !== states[index - 1]);
				expect(inOrder).toEqual(['source', '', 'target']);
			}
		);
	});

	const isEmpty = (url: string) =>
		withClient(url, async (client) => {
			const { rows } = await client.query<{ found: string | null }>("SELECT to_regclass('messages') AS found");
			return rows[0]?.found === null;
		});

	describe('the command', () => {
		test('rejects a target that holds anything else', async () => {
			const { url } = await communityAt();
			const to = await server().createDatabase();
			await runSql(to, 'CREATE TABLE diary (day TEXT)');
			await expectRejection(url, to, /^the target is not empty/);
			expect(await usable(url, to)).toContain('source');
		});

		test('rejects a target that servers use, with any log', async () => {
			const { url } = await communityAt();
			const to = await server().createDatabase();
			await (await openPostgresStore(to, log)).close();
			await expectRejection(url, to, /^the target is not empty/);
			const other = await communityAt();
			const used = await server().createDatabase();
			await run(other.url, used);
			await expectRejection(url, used, /^the target is not empty/);
		});

		test('rejects a target that was filled from another source', async () => {
			const [here, other] = [await communityAt(), await communityAt()];
			const to = await filledAt(other.file);
			await expectRejection(here.url, to, /was filled from another database$/);
			expect(await run(other.url, to)).toMatchObject({ code: 0 });
		});

		test('rejects another target once the log has moved', async () => {
			const { file, url } = await communityAt();
			const begun = await filledAt(file);
			const [to, other] = [await server().createDatabase(), await server().createDatabase()];
			expect(await run(url, to)).toMatchObject({ code: 0 });
			await expectRejection(url, begun, /^the log has moved to \S+ already$/);
			await expectRejection(url, other, /^the log has moved to \S+ already$/);
			expect(await usable(url, begun)).toEqual([]);
		});

		test.for([
			[[]],
			[['--from', 'sqlite:a']],
			[['--from', 'a', '--to', 'postgres://ada:secret@host/a']],
			[['--from', 'sqlite:a', '--to', 'mysql://ada:secret@host/a']],
			[['--from', 'sqlite:a', '--to', 'postgres://host/a', 'postgres://ada:secret@host/a']],
			[['--form', 'sqlite:a', '--to', 'postgres://ada:secret@host/a']]
		])('rejects the arguments %j with the usage', async ([args = []]) => {
			const { code, output } = await runToExit(MIGRATE, {}, args);
			expect([code, output]).toEqual([1, expect.stringMatching(/^migrate needs a source database .*\n$/)]);
			expect(output).not.toContain('secret');
		});

		test('rejects a file that is missing, empty, or of another program', async () => {
			const here = place();
			const to = await server().createDatabase();
			await expectRejection(here.url, to, /^there is no database \S+$/);
			expect(existsSync(here.file)).toBe(false);
			community.execute(here.file, 'PRAGMA user_version = 0');
			await expectRejection(here.url, to, /^there is no database \S+ yet$/);
			community.execute(here.file, 'CREATE TABLE diary (day TEXT)');
			await expectRejection(here.url, to, /is a database of another program$/);
			expect(await isEmpty(to)).toBe(true);
		});

		test('rejects an unreachable target without its password', async () => {
			const { url } = await communityAt();
			await expectRejection(
				url,
				'postgres://ada:secret@127.0.0.1:1/a',
				/^postgres:\/\/127\.0\.0\.1:1\/a cannot be used: .*ECONNREFUSED/
			);
			await expectRejection(url, 'postgres://ada:secret@[nowhere/a', /^postgres:\/\/… cannot be used: /);
			const missing = (await server().createDatabase()).replace(/\w+$/, 'missing');
			await expectRejection(url, missing, /cannot be used: database "missing" does not exist/);
		});

		test('rejects a target that would lose acknowledged entries', async () => {
			const { url } = await communityAt();
			const to = await server().createDatabase();
			await runSql(to, `ALTER DATABASE ${to.replace(/.*\//, '')} SET synchronous_commit = off`);
			await expectRejection(url, to, /^synchronous_commit is off/);
		});
	});

	test('a run after an interrupted one copies the present source again', async () => {
		const { file, url } = await communityAt();
		const to = await filledAt(file);
		const store = await openStore(url, log);
		await store.append([message('ada', 'later')], []);
		await store.rename('ada', '새 이름');
		await store.close();
		const before = community.rowsInSqlite(file);
		expect(await run(url, to)).toMatchObject({ code: 0 });
		expect(await community.rowsInPostgres(to)).toEqual(before);
		expect(await usable(url, to)).toEqual(['target']);
	});

	describe('the comparison', () => {
		test.for([
			`UPDATE messages SET text = text || '!' WHERE seq = 1 AND room = 'lobby'`,
			`UPDATE messages SET changed = 2 WHERE seq = 1 AND room = 'lobby'`,
			`UPDATE messages SET original = NULL WHERE seq = 1 AND room = 'lobby'`,
			`UPDATE messages SET folded = '' WHERE seq = 1 AND room = 'lobby'`,
			`UPDATE changes SET content = content || ' ' WHERE kind = 'reaction'`,
			`UPDATE changes SET content = replace(content, 'true', 'false') WHERE id = 'r1'`,
			`UPDATE changes SET target = 2 WHERE id = 'e1'`,
			`DELETE FROM changes WHERE id = 'd1'`,
			`UPDATE marks SET user_id = 'ada'`,
			`DELETE FROM marks`,
			`UPDATE messages SET author_name = 'Eve' WHERE seq = 1 AND room = '바다'`,
			`UPDATE messages SET sent_at = sent_at + 1 WHERE seq = 1 AND room = '바다'`,
			`DELETE FROM messages WHERE seq = 3 AND room = 'lobby'`,
			`INSERT INTO messages (room, seq, id, author_id, author_name, sent_at, said, hidden, changed, text_seq, text, mentions, folded, checksum)
			VALUES ('attic', 9, 'x', 'eve', 'Eve', 1, 1, 0, 9, 9, 'psst', '', '', 0)`,
			`UPDATE users SET name = 'Eve' WHERE id = 'ada'`,
			`UPDATE sessions SET user_id = 'eve' WHERE user_id = 'ada'`,
			`UPDATE sessions SET token_hash = x'00' WHERE user_id = 'ada'`,
			`UPDATE rooms SET is_private = 1 WHERE room = 'lobby'`,
			`UPDATE rooms SET owner_id = '' WHERE room = 'lobby'`,
			`UPDATE rooms SET emptied_to = 1 WHERE room = 'lobby'`,
			`UPDATE rooms SET said = said + 1 WHERE room = 'lobby'`,
			`UPDATE rooms SET last_deletion = 0 WHERE room = 'lobby'`,
			`UPDATE members SET read_seq = read_seq + 1 WHERE user_id = 'ada' AND room = 'lobby'`,
			`DELETE FROM members WHERE user_id = 'bora'`,
			`DELETE FROM users WHERE id = 'chan'`,
			`UPDATE invitations SET created_at = 1`,
			`UPDATE ways_in SET user_id = 'eve'`,
			`DELETE FROM ways_in`
		])('finds that the copy differs: %s', async (sql) => {
			const { file } = await communityAt();
			const to = await server().createDatabase();
			// A change between the two passes acts like a wrong copy.
			const begin: Progress['begin'] = (step) => {
				if (step === 'Comparing rows') community.execute(file, sql);
			};
			await expect(move(file, to, { ...SILENT, begin })).rejects.toThrow(
				/^the copy was discarded because it is wrong: /
			);
			expect(await isEmpty(to)).toBe(true);
			expect(hasMoved(file)).toBe(false);
		});

		test('begins with the source: a hole or a damaged entry ends the move', async () => {
			for (const [sql, reason] of [
				[`DELETE FROM messages WHERE room = 'lobby' AND seq = 3`, /the entries do not run from 1 to the head/],
				[`UPDATE messages SET text = text || '!' WHERE room = 'lobby' AND seq = 1`, /is damaged/]
			] as const) {
				const { file, url } = await communityAt();
				community.edit(file, sql);
				const to = await server().createDatabase();
				await expectRejection(url, to, reason);
				expect(await isEmpty(to)).toBe(true);
			}
		});
	});

	test('exactly one of two concurrent runs moves, and the other reports why it does not', async () => {
		const { file, url } = await communityAt();
		const to = await server().createDatabase();
		const before = community.rowsInSqlite(file);
		const { release } = lockFile(file);
		await expectRejection(url, to, /^a server uses /);
		release();
		const runs = await Promise.all([run(url, to), run(url, to)]);
		expect(runs.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
		expect(await community.rowsInPostgres(to)).toEqual(before);
	});

	test('a cut connection ends a run with one line, and the next run continues', async () => {
		const { file, url } = place();
		await fillLong(url, file);
		const to = await server().createDatabase();
		let batches = 0;
		const cut = { ...SILENT, advance: () => void ((batches += 1) === 3 && runSql(server().url, TERMINATE)) };
		await expect(move(file, to, cut)).rejects.toThrow(/^postgres:\/\/\S+ cannot be used: /);
		expect(await run(url, to)).toMatchObject({ code: 0 });
	});
});

const TERMINATE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'digda'`;
