import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { createServer } from 'vite';

/** Serves single components without the application around them, at `url` + the name of a file in this folder. */
export async function serveParts() {
	const cacheDir = await mkdtemp(join(tmpdir(), 'digda-parts-'));
	const server = await createServer({
		configFile: false,
		root: join(import.meta.dirname, '../..'),
		cacheDir,
		logLevel: 'error',
		resolve: { alias: { '$app/env': join(import.meta.dirname, 'environment.ts') } },
		optimizeDeps: { noDiscovery: true },
		plugins: [tailwindcss(), svelte({ configFile: false, compilerOptions: { runes: true } })],
		server: { host: '127.0.0.1', port: 0, hmr: false, ws: false, watch: null }
	});
	await server.listen();
	const address = server.httpServer?.address();
	if (typeof address !== 'object' || !address) throw new Error('the server has no port');
	return {
		url: `http://127.0.0.1:${address.port}/e2e/parts/index.html?`,
		close: async () => {
			await server.close();
			await rm(cacheDir, { recursive: true, force: true });
		}
	};
}
