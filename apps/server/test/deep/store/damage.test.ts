import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { THOROUGH_BYTES } from '../../../src/store/sqlite/open-database.ts';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { runToExit, startProcess } from '@digda/testkit/server/process.ts';
import { SERVER, ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

import { DAMAGED, edit, filled } from '../../store/support/damage.ts';

const BACKUP = fileURLToPath(new URL('../../../src/commands/backup.ts', import.meta.url));
const RESTORE = fileURLToPath(new URL('../../../src/commands/restore.ts', import.meta.url));

const fatal = ({ lines }: ServerProcess) => lines.filter(({ level }) => level === 60).map(({ msg }) => msg);

test('a server with a damaged page in a large database reports it, ends, and does not start again', async () => {
	const { file, url } = await filled(5_000, 'x'.repeat(16_000));
	const bytes = readFileSync(file);
	expect(bytes.length).toBeGreaterThan(64 * 1024 * 1024);
	const page = Math.floor(bytes.length / 8192) * 4096;
	bytes.fill(0xff, page, page + 4096);
	writeFileSync(file, bytes);

	const timings = { damageCheckDelayMs: 500 };
	const server = await ServerProcess.start({ DATABASE_URL: url }, { run: { timings } });
	await once(server.child, 'close');
	expect(server.child.exitCode).toBe(1);
	expect(fatal(server)).toEqual([expect.stringMatching(DAMAGED)]);
	expect(await runToExit(SERVER, { DATABASE_URL: url })).toEqual({
		code: 1,
		output: expect.stringMatching(/^\S+ is not an intact database: .*\n$/) as string
	});
});

test('a server does not serve a damaged entry: it reports it once, ends, and starts again with a backup', async () => {
	const { file, url } = await filled(700, 'x'.repeat(16_000));
	const backup = join(dirname(file), 'backup.sqlite');
	expect(await runToExit(BACKUP, { DATABASE_URL: url }, [backup])).toMatchObject({ code: 0 });
	edit(file, `UPDATE messages SET text = replace(text, 'xx', 'xX') WHERE seq = 20`);
	expect(statSync(file).size).toBeGreaterThan(THOROUGH_BYTES);

	const server = await startProcess({ DATABASE_URL: url });
	const ada = await connectChat(server.url, undefined, { reconnection: false });
	await ada.join('lobby');
	const closed = once(server.child, 'close');
	const replies = await Promise.all(
		[25, 21, 24].map((before) => ada.ask('history:read', { room: 'lobby', before, limit: 10 }))
	);
	expect(replies.map((reply) => !reply.ok && reply.error.code)).toEqual(replies.map(() => 'unavailable'));
	await closed;
	expect(server.child.exitCode).toBe(1);
	const finding = `${file} is not an intact database: entry 20 of the room lobby is damaged`;
	expect(fatal(server)).toEqual([finding]);

	expect(await runToExit(SERVER, { DATABASE_URL: url })).toEqual({ code: 1, output: `${finding}\n` });
	expect(await runToExit(RESTORE, { DATABASE_URL: url }, [backup])).toMatchObject({ code: 0 });
	const again = await startProcess({ DATABASE_URL: url });
	const bora = await connectChat(again.url, undefined, { reconnection: false });
	expect((await bora.join('lobby')).head).toBe(700);
	expect(existsSync(`${file}.damaged`)).toBe(false);
});
