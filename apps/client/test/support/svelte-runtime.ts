import type { Environment } from 'vitest/runtime';

/**
 * Node with Svelte compiled for a browser, where runes react. It has no DOM: tests that need one use a real browser.
 */
export default {
	name: 'svelte-runtime',
	viteEnvironment: 'client',
	setup: () => ({ teardown: () => undefined })
} satisfies Environment;
