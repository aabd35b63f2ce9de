import { findEngines } from '@digda/testkit/engines/engines.ts';
import { PostgresServer } from '@digda/testkit/engines/PostgresServer.ts';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../src/store/open-store.ts';
import { openPostgresStore } from '../src/store/postgres/open-postgres-store.ts';
import { message } from './store/support/entries.ts';
import * as community from './support/community.ts';
import { communityAt, log, look, run } from './support/moves.ts';

test.skipIf(!findEngines().PostgreSQL)(
	'a move copies every row unchanged, and the log continues at the same seq',
	async () => {
		const server = await PostgresServer.start();
		onTestFinished(() => server.stop());
		const { file, url } = await communityAt();
		const before = community.rowsInSqlite(file);
		const picture = await look(openStore(url, log));
		const to = await server.createDatabase();

		const { code, output } = await run(url, to);
		expect([code, output.trimEnd().split('\n').at(-1)]).toEqual([
			0,
			expect.stringMatching(/^Moved \S+digda\.sqlite to postgres:\/\/127\.0\.0\.1:\d+\/digda_\d+ \(messages: 12\): /)
		]);
		expect(await community.rowsInPostgres(to)).toEqual(before);
		expect(await look(openPostgresStore(to, log))).toEqual(picture);
		expect(picture.people).not.toContain(undefined);

		const store = await openPostgresStore(to, log);
		onTestFinished(() => store.close());
		expect(await store.append([message('ada', 'm1', { text: 'whatever' }), message('ada', 'new')], [])).toMatchObject({
			entries: [
				{ ok: true, isNew: false, seq: 2 },
				{ ok: true, isNew: true, seq: 13 }
			]
		});
	}
);
