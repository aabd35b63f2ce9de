import { expect, test } from 'vitest';
import { AddressQueue } from '../../src/limits/AddressQueue.ts';
import { Waiting } from '../../src/messages/Waiting.ts';

test('an address runs two requests at once, in their order, and delays no other address', async () => {
	const queue = new AddressQueue();
	const begun: string[] = [];
	const ends: (() => void)[] = [];
	const run = (address: string, name: string) =>
		queue.run(address, () => {
			begun.push(name);
			return new Promise<void>((resolve) => ends.push(resolve));
		});
	const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => run('192.0.2.1', name));
	all.push(run('192.0.2.2', 'other'));
	expect(begun).toEqual(['a', 'b', 'other']);
	ends[1]?.();
	await all[1];
	await expect.poll(() => begun.at(-1)).toBe('c');
	for (let index = 0; index < 7; index += 1) {
		await expect.poll(() => ends.length).toBeGreaterThan(index);
		ends[index]?.();
	}
	await Promise.all(all);
	expect(begun).toEqual(['a', 'b', 'other', 'c', 'd', 'e', 'f']);
	expect(queue.size).toBe(0);
});

test('a failed request lets the next one begin, and the queue forgets an idle address', async () => {
	const queue = new AddressQueue();
	const fail = () => Promise.reject(new Error('no'));
	const results = await Promise.allSettled(Array.from({ length: 20 }, () => queue.run('192.0.2.1', fail)));
	expect(results.every(({ status }) => status === 'rejected')).toBe(true);
	expect(await queue.run('192.0.2.1', () => 'yes')).toBe('yes');
	expect(queue.size).toBe(0);
});

test('an address has at most a thousand waiting requests', async () => {
	const queue = new AddressQueue();
	const gate = Promise.withResolvers<undefined>();
	const run = (address = '192.0.2.1') => queue.run(address, () => gate.promise);
	const all = Array.from({ length: 1_002 }, () => run());
	await expect(run()).rejects.toMatchObject({ code: 'unavailable' });
	all.push(run('192.0.2.2'));
	gate.resolve(undefined);
	await Promise.all(all);
	await run();
	expect(queue.size).toBe(0);
});

test('the server forgets an address without waiting requests', () => {
	const waiting = new Waiting();
	expect(['192.0.2.1', '192.0.2.1', '192.0.2.2', undefined].map((address) => waiting.enter(address, 5))).not.toContain(
		false
	);
	expect(waiting.size).toBe(2);
	for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.1', undefined]) waiting.leave(address, 5);
	expect(waiting.size).toBe(0);
});
