import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { StoreUnavailable } from '../../src/store/store.ts';
import { fill, message } from './contract.ts';
import { databaseFile, openControlled, recordingLog } from './support/controlled-store.ts';

import { DAMAGED, edit } from './support/damage.ts';

test.for([
	['a text', `UPDATE messages SET text = 'other' WHERE seq = 2`],
	['an author', `UPDATE messages SET author_id = 'eve' WHERE seq = 2`],
	['the name of an author', `UPDATE messages SET author_name = 'Eve' WHERE seq = 2`],
	['an id', `UPDATE messages SET id = 'other' WHERE seq = 2`],
	['a time', `UPDATE messages SET sent_at = sent_at + 1 WHERE seq = 2`],
	['a time beyond all numbers', `UPDATE messages SET sent_at = sent_at + (1 << 60) WHERE seq = 2`],
	['what an entry deletes', `UPDATE messages SET deletes = 1 WHERE seq = 2`],
	['a deletion without one', `UPDATE messages SET text = '' WHERE seq = 2`],
	['a checksum', `UPDATE messages SET checksum = checksum + 1 WHERE seq = 2`],
	['an entry that is missing', `DELETE FROM messages WHERE seq = 2`],
	['an entry in another room', `UPDATE messages SET room = 'attic' WHERE seq = 2`],
	['a head that is too high', `UPDATE rooms SET head = 4`]
] as const)('%s: found when it is read and at the start', async ([, sql]) => {
	const { store, file, findings, starts } = await openControlled();
	await fill(store, 3);
	edit(file, sql);
	await expect(store.read('lobby', { after: 0 }, 10)).rejects.toBeInstanceOf(StoreUnavailable);
	await expect(store.heads([])).rejects.toBeInstanceOf(StoreUnavailable);
	expect(findings).toEqual([expect.stringMatching(DAMAGED)]);
	expect(starts()).toBe(1);
	await store.close();
	await expect(openStore(`sqlite:${file}`, recordingLog().log)).rejects.toThrow(DAMAGED);
});

test.for([
	['a room under another name', `UPDATE rooms SET room = 'lobbx'`],
	['a private room that is public', `UPDATE rooms SET is_private = 1`],
	['a read cursor beyond the head', `UPDATE members SET read_seq = 4`],
	['a membership in no room', `UPDATE members SET room = 'lobbx'`],
	['a session of nobody', `UPDATE sessions SET user_id = 'adb'`],
	['a user under another id', `UPDATE users SET id = 'adb'`],
	['a table that is made in another way', `ALTER TABLE users RENAME COLUMN name TO nbme`],
	['an index that is missing', `DROP INDEX deletions_by_place`],
	['a version from before the first', `PRAGMA user_version = 0`]
] as const)('%s: found at the start', async ([, sql]) => {
	const { file, url } = databaseFile();
	const store = await openStore(url, recordingLog().log);
	await store.createSession('0a'.repeat(32), { id: 'ada', name: 'Ada' }, 1);
	await fill(store, 3);
	await store.close();
	edit(file, sql);
	await expect(openStore(url, recordingLog().log)).rejects.toThrow(/no intact database|cannot be used/);
});

test.for([11, 26, 11 | (1 << 8)])(
	'code %i of SQLite: nothing is written any more, and the store says once that it is damaged',
	async (errcode) => {
		const { store, failAt, findings, starts, file } = await openControlled();
		await fill(store, 1);
		await failAt('COMMIT', errcode);
		const calls = [store.append([message('ada', 'a')], []), store.append([message('ada', 'b')], [])];
		for (const result of await Promise.allSettled(calls)) {
			expect(result).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) as unknown });
		}
		await expect.poll(() => findings).toEqual([`${file} is no intact database: injected ${errcode}`]);
		await expect(store.append([message('ada', 'c')], [])).rejects.toBeInstanceOf(StoreUnavailable);
		expect([findings.length, starts()]).toEqual([1, 1]);
		await store.close();
	}
);

test('a log whose head is behind its messages is damaged', async () => {
	const { store, file, findings } = await openControlled();
	await fill(store, 2);
	edit(file, 'UPDATE rooms SET head = 1');
	await expect(store.append([message('ada', 'a')], [])).rejects.toThrow(/head/);
	await expect.poll(() => findings).toEqual([expect.stringMatching(DAMAGED)]);
});
