import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { createLogger } from '../src/log.ts';
import { openStore } from '../src/store/open-store.ts';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { readEntries } from './store/support/read.ts';
import { arm, FAILING } from './support/faults.ts';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';

const FATAL_LEVEL = 60;

test.for([
	['timer', 1],
	['two timers', 2],
	['rejection', 1]
] as const)(
	'an uncaught error (%s) ends the process in order, and no acknowledged message is lost',
	async ([fault, errors]) => {
		const database = temporaryDatabase();
		const server = await ServerProcess.start(
			{ DATABASE_URL: database.url, RATE_LIMITS: 'off', NODE_ENV: 'development' },
			{ nodeArguments: FAILING }
		);
		onTestFinished(async () => {
			await server.stop('SIGKILL');
			database.remove();
		});
		const people = await Promise.all([1, 2, 3].map(() => connectChat(server.url, undefined, { reconnection: false })));
		for (const person of people) await person.join('lobby');

		const acknowledged: string[] = [];
		let isConnected = true;
		const talks = people.map(async (person, index) => {
			for (let count = 0; isConnected; count += 1) {
				const text = `${index} ${count}`;
				await person.send('lobby', text).then(
					() => acknowledged.push(text),
					// The connection has ended before the acknowledgement came.
					() => (isConnected = false)
				);
			}
		});
		await expect.poll(() => acknowledged.length).toBeGreaterThan(50);
		const exit = once(server.child, 'exit');
		await arm(server, fault);
		expect(await exit).toEqual([1, null]);
		await Promise.all(talks);

		const fatal = server.lines.filter(({ level }) => level === FATAL_LEVEL);
		expect(fatal.length).toBe(errors);
		for (const { err } of fatal) expect(err).toMatchObject({ message: `on purpose: ${fault}` });
		const store = await openStore(database.url, createLogger('silent'));
		onTestFinished(() => store.close());
		const entries = await readEntries(store);
		const stored = entries.map((entry) => 'text' in entry && entry.text);
		expect(stored).toEqual(expect.arrayContaining(acknowledged));
	}
);
