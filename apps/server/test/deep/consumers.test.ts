import { fileURLToPath } from 'node:url';
import { describePostgres } from '@digda/testkit/engines/describe-postgres.ts';
import { runToExit } from '@digda/testkit/server/process.ts';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { consumeAll, expectCounted } from '../store/consumers.ts';
import { deletion, edit, fill, message, reaction, target } from '../store/support/entries.ts';
import { log, place } from '../support/moves.ts';

const CONSUME = fileURLToPath(new URL('../support/consume.ts', import.meta.url));
const NODE_OPTIONS = `--import ${new URL('../support/kill-at.ts', import.meta.url).href}`;

/** The test starts a program for each step. */
const LONG = { timeout: 180_000 };

async function withStore<Result>(url: string, use: (store: Store) => Promise<Result>): Promise<Result> {
	const store = await openStore(url, log);
	try {
		return await use(store);
	} finally {
		await store.close();
	}
}

/** Adds entries of each kind for the next run. */
async function say(store: Store, run: number): Promise<void> {
	const first = target('ada', 'm1');
	await store.append(
		[
			message('ada', `message ${run}`),
			edit('ada', `edit ${run}`, first, `text ${run}`),
			reaction('ada', `reaction ${run}`, first, '👍', { isSet: run % 2 === 0 }),
			deletion('ada', `deletion ${run}`, target('ada', `message ${run}`))
		],
		[]
	);
}

type Use = <Result>(use: (store: Store) => Promise<Result>) => Promise<Result>;

/** Kills a consumer one step later each time. Its counts always cover exactly the entries before its position. */
async function killAtEachStep(url: string, use: Use, variables: Record<string, string> = {}): Promise<void> {
	await use((store) => fill(store, 100));
	let kills = 0;
	for (let step = 0; ; step += 1) {
		await use((store) => say(store, step));
		const options = { DATABASE_URL: url, NODE_OPTIONS, KILL_AT: String(step), ...variables };
		const { code, output } = await runToExit(CONSUME, options);
		expect([0, null], output).toContain(code);
		await use(async (store) => {
			const [{ lag } = { lag: 0 }] = await store.behind('figures');
			const [[, head] = ['lobby', 0]] = await store.heads(['lobby']);
			const counted = (await store.countEntries()).reduce((sum, { count }) => sum + count, 0);
			expect(counted).toBe(head - lag);
			if (code === 0) await expectCounted(store);
		});
		if (code === 0) break;
		kills += 1;
	}
	expect(kills).toBeGreaterThan(3);
}

test('a consumer that is killed at any step of SQLite neither doubles nor skips an entry', LONG, async () => {
	const { url } = place();
	await killAtEachStep(url, (use) => withStore(url, use));
});

describePostgres('with a real PostgreSQL', (server) => {
	test('a consumer that is killed at any step of PostgreSQL neither doubles nor skips an entry', LONG, async () => {
		const url = await server().createDatabase();
		await withStore(url, (store) =>
			killAtEachStep(url, (use) => use(store), { KILL_AT_WRITES: 'yes', KILL_AFTER: 'armed' })
		);
	});

	test('a consumer that several nodes run at once neither doubles nor skips an entry', async () => {
		const url = await server().createDatabase();
		const nodes = await Promise.all(Array.from({ length: 3 }, () => openStore(url, log)));
		const [first, ...others] = nodes as [Store, ...Store[]];
		await fill(first, 500);
		const saying = (async () => {
			for (let run = 0; run < 50; run += 1) await say(first, run);
		})();
		await Promise.all([saying, ...nodes.flatMap((node) => [consumeAll(node), consumeAll(node)])]);
		await Promise.all(others.map((node) => consumeAll(node)));
		await consumeAll(first);
		await expectCounted(first);
		await Promise.all(nodes.map((node) => node.close()));
	});
});
