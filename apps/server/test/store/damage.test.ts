import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { LARGE_BYTES } from '../../src/store/sqlite/check-later.ts';
import { ServerProcess } from '../support/ServerProcess.ts';
import { fill } from './contract.ts';
import { databaseFile, recordingLog } from './support/controlled-store.ts';

test('a large database with a damaged page: the server starts, finds out, says so and ends', async () => {
	const { file, url } = databaseFile();
	const store = await openStore(url, recordingLog().log);
	await fill(store, 5_000, 'x'.repeat(16_000));
	await store.close();
	const bytes = readFileSync(file);
	expect(bytes.length).toBeGreaterThan(LARGE_BYTES);
	const page = Math.floor(bytes.length / 8192) * 4096;
	bytes.fill(0xff, page, page + 4096);
	writeFileSync(file, bytes);

	const server = await ServerProcess.start({ DATABASE_URL: url });
	await once(server.child, 'close');
	expect(server.child.exitCode).toBe(1);
	expect(server.lines.filter(({ level }) => level === 60)).toEqual([
		expect.objectContaining({ msg: expect.stringMatching(/damaged|no intact database/) as string })
	]);
});
