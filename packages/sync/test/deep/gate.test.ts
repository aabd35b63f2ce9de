import { MAX_REQUESTS_IN_FLIGHT } from '@digda/protocol';
import { expect, test } from 'vitest';
import { FIFTY, startServer } from '../support/rated-tabs.ts';
import { MAX_EARLY } from '../support/RatedServer.ts';

test('[REQ-7] a full outbox in fifty rooms is stored once and in order, as fast as the rates allow', async () => {
	const { time, server, openTab } = startServer();
	const { line, client } = openTab();
	const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`);
	for (const text of texts) for (const room of FIFTY) await client.say(room, text);
	line.connect();
	await time.pass(60_000);
	// No room waits until another room is finished.
	expect(Math.min(...server.texts.map(({ length }) => length))).toBeGreaterThan(4);
	expect(client.outbox.entries.filter(({ state }) => state === 'failed')).toEqual([]);
	await time.pass(5_000_000 / server.rates.send.perSecond - 60_000);
	expect(server.texts).toEqual(FIFTY.map(() => texts));
	expect(client.outbox.entries).toEqual([]);
	expect(line.early.send).toBeLessThanOrEqual(MAX_EARLY);
	expect(line.mostInFlight).toBe(MAX_REQUESTS_IN_FLIGHT);
}, 60_000);
