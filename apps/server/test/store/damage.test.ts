import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { StoreUnavailable, type Store } from '../../src/store/store.ts';
import { databaseFile, openControlled, recordingLog } from './support/controlled-store.ts';
import { DAMAGED, edit } from './support/damage.ts';
import { edit as editOf, fill, message, reaction, target } from './support/entries.ts';
import { readEntries, readMessages } from './support/read.ts';

/** Stores messages 1 to 3, an edit, a reaction and a last message, with seq 1 to 6. */
async function fillLobby(store: Store): Promise<void> {
	await fill(store, 3);
	const changes = [editOf('ada', 'e', target('ada', 'm1'), 'another'), reaction('ada', 'r', target('ada', 'm2'), '👍')];
	await store.append([...changes, message('ada', 'm6')], []);
}

/** Reads a whole room: the log, or pages, which have the state of the messages alone. */
const READS: Record<'log' | 'pages', (store: Store) => Promise<unknown>> = {
	log: (store) => readEntries(store),
	pages: (store) => readMessages(store)
};

const IN_MESSAGES = [
	['a text', `UPDATE messages SET text = 'other' WHERE seq = 2`],
	['an author', `UPDATE messages SET author_id = 'eve' WHERE seq = 2`],
	['the name of an author', `UPDATE messages SET author_name = 'Eve' WHERE seq = 2`],
	['an id', `UPDATE messages SET id = 'other' WHERE seq = 2`],
	['a time', `UPDATE messages SET sent_at = sent_at + 1 WHERE seq = 2`],
	['a time beyond all numbers', `UPDATE messages SET sent_at = sent_at + (1 << 60) WHERE seq = 2`],
	['a number', `UPDATE messages SET said = said + 1`],
	['the last change', `UPDATE messages SET changed = 6 WHERE seq = 1`],
	['the time of an edit', `UPDATE messages SET edited_at = NULL WHERE seq = 1`],
	['the first text', `UPDATE messages SET original = 'other' WHERE seq = 1`],
	['reactions', `UPDATE messages SET folded = replace(folded, '1', '2') WHERE seq = 2`],
	['a deletion without its entry', `UPDATE messages SET text = '' WHERE seq = 2`],
	['a checksum', `UPDATE messages SET checksum = checksum + 1 WHERE seq = 2`],
	['a missing first message', `DELETE FROM messages WHERE seq = 1`],
	['a missing message', `DELETE FROM messages WHERE seq = 2`],
	['a missing message before changes', `DELETE FROM messages WHERE seq = 3`],
	['a missing last message', `DELETE FROM messages WHERE seq = 6`],
	['all messages', `DELETE FROM messages`],
	['a message in another room', `UPDATE messages SET room = 'attic' WHERE seq = 2`],
	['a head that is too high', `UPDATE rooms SET head = 7`]
] as const;

const IN_CHANGES = [
	['a text', `UPDATE changes SET content = replace(content, '"text":"', '"text":"other ') WHERE seq = 4`],
	['an author', `UPDATE changes SET author_id = 'eve' WHERE seq = 4`],
	['the name of an author', `UPDATE changes SET author_name = 'Eve' WHERE seq = 4`],
	['an id', `UPDATE changes SET id = 'other' WHERE seq = 4`],
	['a kind', `UPDATE changes SET kind = 'delete' WHERE seq = 4`],
	['a target seq', `UPDATE changes SET target = 2 WHERE seq = 4`],
	['a target author', `UPDATE changes SET target_author = 'eve' WHERE seq = 4`],
	['a target id', `UPDATE changes SET target_id = 'm2' WHERE seq = 4`],
	['a reaction that is set', `UPDATE changes SET content = replace(content, 'true', 'false') WHERE seq = 5`],
	['a time', `UPDATE changes SET sent_at = sent_at + 1 WHERE seq = 4`],
	['a number', `UPDATE changes SET said = said + 1 WHERE seq = 4`],
	['a checksum', `UPDATE changes SET checksum = checksum + 1 WHERE seq = 5`],
	['a missing change', `DELETE FROM changes WHERE seq = 4`],
	['a change in another room', `UPDATE changes SET room = 'attic' WHERE seq = 5`]
] as const;

test.for([
	...IN_MESSAGES.flatMap(([what, sql]) => (['log', 'pages'] as const).map((read) => [what, read, sql] as const)),
	...IN_CHANGES.map(([what, sql]) => [`${what} of a change`, 'log', sql] as const)
])('the store finds damage when it reads and at the start: %s, in the %s', async ([, read, sql]) => {
	const { store, file, findings, starts } = await openControlled();
	await fillLobby(store);
	edit(file, sql);
	await expect(READS[read](store)).rejects.toBeInstanceOf(StoreUnavailable);
	await expect(store.heads([])).rejects.toBeInstanceOf(StoreUnavailable);
	expect(findings).toEqual([expect.stringMatching(DAMAGED)]);
	expect(starts()).toBe(1);
	await store.close();
	await expect(openStore(`sqlite:${file}`, recordingLog().log)).rejects.toThrow(DAMAGED);
});

test.for([
	['a room under another name', `UPDATE rooms SET room = 'lobbx'`],
	['a private room that is public', `UPDATE rooms SET is_private = 1`],
	['a read cursor beyond the head', `UPDATE members SET read_seq = 7`],
	['a head that is too low', `UPDATE rooms SET head = 5`],
	['a number of messages that is too high', `UPDATE rooms SET said = 5`],
	['a number of messages that is too low', `UPDATE rooms SET said = 3`],
	['a membership in no room', `UPDATE members SET room = 'lobbx'`],
	['a session without a user', `UPDATE sessions SET user_id = 'adb'`],
	['a user under another id', `UPDATE users SET id = 'adb'`],
	['a table with another column', `ALTER TABLE users RENAME COLUMN name TO nbme`],
	['a missing index', `DROP INDEX deleted_messages`],
	['a version before the first', `PRAGMA user_version = 0`]
] as const)('the store finds damage at the start: %s', async ([, sql]) => {
	const { file, url } = databaseFile();
	const store = await openStore(url, recordingLog().log);
	await store.createSession('0a'.repeat(32), { id: 'ada', name: 'Ada' }, 1);
	await fillLobby(store);
	await store.close();
	edit(file, sql);
	await expect(openStore(url, recordingLog().log)).rejects.toThrow(/not an intact database|cannot be used/);
});

test.for([11, 26, 11 | (1 << 8)])(
	'the store writes nothing more after code %i of SQLite, and reports the damage once',
	async (errcode) => {
		const { store, failAt, findings, starts, file } = await openControlled();
		await fill(store, 1);
		await failAt('COMMIT', errcode);
		const calls = [store.append([message('ada', 'a')], []), store.append([message('ada', 'b')], [])];
		for (const result of await Promise.allSettled(calls)) {
			expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
		}
		await expect.poll(() => findings).toEqual([`${file} is not an intact database: injected ${errcode}`]);
		await expect(store.append([message('ada', 'c')], [])).rejects.toBeInstanceOf(StoreUnavailable);
		expect([findings.length, starts()]).toEqual([1, 1]);
		await store.close();
	}
);

test.for([
	['its last message', message('ada', 'a')],
	['its last change', reaction('ada', 'a', target('ada', 'm1'), '👍')]
] as const)('a log whose head is before %s is damaged', async ([, last]) => {
	const { store, file, findings } = await openControlled();
	await fill(store, 2);
	await store.append([last], []);
	edit(file, 'UPDATE rooms SET head = 2');
	await expect(store.append([message('ada', 'b')], [])).rejects.toThrow(/head/);
	await expect.poll(() => findings).toEqual([expect.stringMatching(DAMAGED)]);
});
