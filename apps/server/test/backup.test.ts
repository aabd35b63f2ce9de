import { readFileSync } from 'node:fs';
import type { Message } from '@digda/protocol';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { expect, test } from 'vitest';
import { BACKUP, keptOf, place, query, RESTORE, run } from './support/backups.ts';

test('a backup holds messages that a killed server left in its write-ahead log', async () => {
	const { url, copy } = place();
	const server = await startProcess({ DATABASE_URL: url });
	const client = await connectChat(server.url, undefined, { reconnection: false });
	await client.join('lobby');
	await client.send('lobby', 'last words');
	await server.stop('SIGKILL');

	expect(await run(BACKUP, url, copy)).toMatchObject({ code: 0 });
	expect(query(copy, 'SELECT text FROM messages')).toEqual([{ text: 'last words' }]);
});

test('[JOIN-4] restoring replaces the log by that of the backup, and resets every client that rejoins', async () => {
	const { url, copy } = place();
	const first = await startProcess({ DATABASE_URL: url });
	const ada = await connectChat(first.url, undefined, { reconnection: false });
	await ada.join('lobby');
	const before: Message['id'][] = [];
	for (const text of ['one', 'two', 'three']) before.push((await ada.send('lobby', text)).id);
	expect(await run(BACKUP, url, copy)).toMatchObject({ code: 0 });
	const last = await ada.send('lobby', 'four');
	const { epoch } = await ada.join('lobby');

	const { code, output } = await run(RESTORE, url, copy);
	expect([code, output]).toEqual([1, expect.stringMatching(/digda\.sqlite is in use by another server\n$/)]);
	expect((await ada.join('lobby')).head).toBe(4);

	await first.stop('SIGTERM');
	const asItWas = readFileSync(copy);
	const restored = await run(RESTORE, url, copy);
	expect(restored).toMatchObject({
		code: 0,
		output: expect.stringMatching(/^Restored \S+ \(rooms: 1, messages: 3\); .*\n$/) as unknown
	});
	expect(readFileSync(copy).equals(asItWas)).toBe(true);

	const second = await startProcess({ DATABASE_URL: url });
	const back = await connectChat(second.url, tokenOf(ada));
	expect(back.user).toEqual(ada.user);
	const joined = await back.join('lobby', { after: last.seq, afterId: last.id, epoch });
	expect(joined).toMatchObject({ reset: true, head: 3 });
	expect(joined.epoch).not.toBe(epoch);
	expect(joined.messages.map(({ id }) => id)).toEqual(before);
	// A client that missed nothing is reset too: the log may continue differently from here.
	expect(await back.join('lobby', { after: 3, afterId: before[2] ?? '', epoch })).toMatchObject({ reset: true });

	expect(query(keptOf(restored.output), 'SELECT count(*) AS count FROM messages')).toEqual([{ count: 4 }]);
	expect(await back.send('lobby', 'four again')).toMatchObject({ seq: 4 });
});
