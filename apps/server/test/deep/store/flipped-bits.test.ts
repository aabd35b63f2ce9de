import { cpSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openStore } from '../../../src/store/open-store.ts';
import { databaseFile, recordingLog } from '../../store/support/controlled-store.ts';
import { message } from '../../store/support/entries.ts';
import { countFates, makeOriginal } from '../../store/support/flipped-bits.ts';

vi.setConfig({ testTimeout: 120_000 });

test('no copy of 60 with 8 flipped bits each serves an entry that differs from the original', async () => {
	const { file, url } = databaseFile();
	await makeOriginal(url);
	const fates = await countFates(file, { copies: 60, seed: 9 });
	expect(fates).toMatchObject({ different: 0 });
	// Unused bits may be flipped as well, but hardly all eight.
	expect(fates.rejected).toBeGreaterThan(50);
});

test('flipped bits in the write-ahead log never change an entry: SQLite ignores the log from there on', async () => {
	const { file, url } = databaseFile();
	await makeOriginal(url, 200);
	const store = await openStore(url, recordingLog().log);
	onTestFinished(() => store.close());
	for (let index = 0; index < 200; index += 1) {
		await store.append([message('ada', `late ${index}`, { text: `a late text ${index}` })], []);
	}
	// A killed server leaves the files as they are while it has them open.
	const killed = databaseFile();
	for (const suffix of ['', '-wal']) cpSync(`${file}${suffix}`, `${killed.file}${suffix}`);
	const isBeginning = (served: unknown[], whole: unknown[]) =>
		served.every((entry, index) => JSON.stringify(entry) === JSON.stringify(whole[index]));
	const fates = await countFates(killed.file, { copies: 20, seed: 3, suffix: '-wal' }, (served, whole) =>
		served.every((entries, index) => isBeginning(entries, whole[index] ?? []))
	);
	expect(fates).toMatchObject({ different: 0 });
});
