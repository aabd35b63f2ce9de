import type { Environment } from 'vitest/runtime';

/**
 * Node with Svelte compiled as for a browser, where runes react. There is no DOM: what needs one is tested in
 * a real browser.
 */
export default {
	name: 'svelte-runtime',
	viteEnvironment: 'client',
	setup: () => ({ teardown: () => undefined })
} satisfies Environment;
