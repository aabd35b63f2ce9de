import { flushSync } from 'svelte';
import { get } from 'svelte/store';
import { expect, test } from 'vitest';
import { connected, createWrapper, startBlog } from './support/servers.ts';
import { watch } from './support/watch.svelte.ts';

test('isConnected is a store that follows the connection', async () => {
	const { url } = await startBlog();
	const wrapper = createWrapper();
	const seen: boolean[] = [];
	const unsubscribe = wrapper.isConnected.subscribe((value) => seen.push(value));

	expect(get(wrapper.isConnected)).toBe(false);
	await connected(wrapper, url);
	expect(get(wrapper.isConnected)).toBe(true);
	wrapper.disconnect();
	unsubscribe();
	await connected(wrapper, url);

	expect(seen).toEqual([false, true, false]);
	expect(wrapper.isConnected).not.toHaveProperty('set');
});

test('isConnected is a rune that follows the connection', async () => {
	const { io, url } = await startBlog();
	const wrapper = createWrapper();
	const { seen, stop } = watch(() => wrapper.isConnected.current);
	flushSync();

	await connected(wrapper, url);
	flushSync();
	io.disconnectSockets(true);
	const flushed = () => {
		flushSync();
		return seen;
	};
	await expect.poll(flushed).toEqual([false, true, false, true]);
	stop();
	wrapper.disconnect();
	flushSync();
	expect(seen).toHaveLength(4);
});
