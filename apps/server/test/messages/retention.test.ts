import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { Metrics } from '../../src/metrics.ts';
import { startRetention } from '../../src/messages/retention.ts';
import { openStore } from '../../src/store/open-store.ts';
import { StoreUnavailable, type Store } from '../../src/store/store.ts';
import { databaseFile, recordingLog } from '../store/support/controlled-store.ts';
import { message } from '../store/support/entries.ts';
import { readMessages } from '../store/support/read.ts';

const DAY_MS = 86_400_000;
const PACE = { start: 0, pass: 5, batch: 0 };

/** Opens a store with messages of Ada of these ages in days. */
async function openAged(url: string, ...days: number[]): Promise<Store> {
	const store = await openStore(url, createLogger('silent'));
	onTestFinished(() => store.close());
	await store.join('ada', 'lobby', 1);
	const now = Date.now();
	await store.append(
		days.map((age, index) => message('ada', `m${index}`, { sentAt: now - age * DAY_MS })),
		[]
	);
	return store;
}

async function texts(store: Store): Promise<string[]> {
	return (await readMessages(store)).map(({ text }) => text);
}

test('[STORE-3] messages older than the retention are emptied in the background, in repeated passes', async () => {
	const store = await openAged(databaseFile().url, 40, 31, 29, 0);
	const { log, messages } = recordingLog();
	const metrics = new Metrics();
	let ahead = 0;
	const end = startRetention(store, 30, { log, metrics, pace: PACE, now: () => Date.now() + ahead });
	await expect.poll(() => texts(store)).toEqual(['', '', 'm2', 'm3']);
	ahead = 2 * DAY_MS;
	await expect.poll(() => texts(store)).toEqual(['', '', '', 'm3']);
	await expect.poll(messages).toEqual(['Emptied old messages', 'Emptied old messages']);
	expect(await metrics.registry.metrics()).toMatch(/^digda_messages_emptied_total 3$/m);

	await end();
	ahead = 60 * DAY_MS;
	await store.heads([]);
	expect(await texts(store)).toEqual(['', '', '', 'm3']);
});

test('[STORE-3] a failed pass is tried again, and a clock that goes back empties nothing', async () => {
	const store = await openAged(databaseFile().url, 40, 0);
	const { log, messages } = recordingLog();
	const failures = [new StoreUnavailable('the disk is full'), new Error('a mistake')];
	const asked: number[] = [];
	const failing: Pick<Store, 'emptyOlder'> = {
		emptyOlder: (times, after) => {
			asked.push(times.before);
			const failure = failures.shift();
			return failure ? Promise.reject(failure) : store.emptyOlder(times, after);
		}
	};
	const clock = { back: 100 * DAY_MS };
	const end = startRetention(failing, 30, {
		...{ log, metrics: new Metrics(), pace: PACE },
		now: () => Date.now() - clock.back
	});
	await expect.poll(() => asked.length).toBeGreaterThan(3);
	expect(await texts(store)).toEqual(['m0', 'm1']);
	clock.back = 0;
	await expect.poll(() => texts(store)).toEqual(['', 'm1']);
	await end();
	expect(messages()).toEqual(['Old messages could not be emptied', 'Emptied old messages']);
});

test('ending waits for the batch under way, and for no pause', async () => {
	const hold = Promise.withResolvers<{ emptied: number; after: string | null }>();
	const asked = Promise.withResolvers<undefined>();
	const end = startRetention(
		{
			emptyOlder: () => {
				asked.resolve(undefined);
				return hold.promise;
			}
		},
		1,
		{ log: recordingLog().log, metrics: new Metrics(), pace: { start: 0, pass: 3_600_000, batch: 3_600_000 } }
	);
	await asked.promise;
	let hasEnded = false;
	const ended = end().then(() => (hasEnded = true));
	await new Promise(setImmediate);
	expect(hasEnded).toBe(false);
	hold.resolve({ emptied: 0, after: 'lobby' });
	await ended;
});
