import { CLIENT_DEV_PORT, DEFAULT_SERVER_PORT } from '@digda/protocol';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { loadEnv } from 'vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { FAST } from '@digda/testkit/patience.ts';
import { parsePublicServerUrl } from './src/public-server-url.ts';

export default defineConfig(({ command, mode }) => {
	const serverUrl = readServerUrl(mode, command === 'serve');
	// SvelteKit reads the variable from here; the policy below must name the same server.
	process.env['PUBLIC_SERVER_URL'] = serverUrl;

	return {
		// Vitest starts at the top of the workspace, where SvelteKit would look for its files in vain.
		root: import.meta.dirname,
		// Under test Svelte must be the one for browsers: on a server runes do not react.
		resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
		test: {
			...FAST,
			name: 'client',
			environment: './test/support/svelte-runtime.ts',
			include: ['test/**/*.test.ts'],
			// The server runs in Node as it is: compiled for a browser it could not start its thread.
			server: { deps: { external: [/\/apps\/server\/src\//] } }
		},
		clearScreen: false,
		environments: {
			client: {
				build: {
					// A large file compresses better than many: the layout and the echo are one file, and a room adds another one.
					// An `import()` loads everything else where it is used.
					rolldownOptions: {
						output: {
							codeSplitting: {
								groups: [
									// The entry imports both before it tells what SvelteKit's modules read while they are evaluated: with
									// them in the chunk of the app, the page would know neither its version nor its base path.
									{ name: 'start', priority: 1, test: /runtime[/]client[/]payload\.js|vite[/]preload-helper/ },
									{ name: 'app', test: /routes[/]\+(layout|page)\.svelte$/ },
									{ name: 'room', test: /routes[/]rooms[/]\[room\][/]\+page\.svelte$/ }
								]
							}
						}
					}
				}
			}
		},
		server: { port: CLIENT_DEV_PORT, strictPort: true },
		plugins: [
			withoutUnusedParts(),
			withPureSchemas(),
			tailwindcss(),
			paraglideVitePlugin({
				project: `${import.meta.dirname}/project.inlang`,
				outdir: `${import.meta.dirname}/src/lib/paraglide`,
				emitTsDeclarations: true,
				strategy: ['preferredLanguage', 'baseLocale']
			}),
			sveltekit({
				compilerOptions: {
					discloseVersion: false,
					runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true)
				},
				// Rooms are not known when the page is built; each is the same page.
				adapter: adapter({ precompress: true, fallback: '200.html' }),
				// Below a path of another site the first page, too, would rather say that it does not work there.
				paths: { relative: false },
				// Registered in src/hooks.client.ts.
				serviceWorker: { register: false },
				csp: {
					mode: 'hash',
					directives: {
						'default-src': ['none'],
						'script-src': ['self'],
						'style-src': ['self'],
						// SvelteKit's announcer of routes hides itself with a style attribute.
						'style-src-attr': ['unsafe-inline'],
						'img-src': ['self', 'data:'],
						'connect-src': connectSources(serverUrl),
						'manifest-src': ['self'],
						'worker-src': ['self'],
						'base-uri': ['none'],
						// An Enter before the page has come alive must not reload it and lose the text.
						'form-action': ['none']
					}
				}
			})
		]
	};
});

/** Parts of Socket.IO that the page never uses, by package and file, with what stands for them. */
const UNUSED = {
	// The page names its transports, and this is none of them. Its streams go with it.
	'engine.io-client ./webtransport.js': 'export class WT {}',
	// The chat and the echo send JSON only.
	'socket.io-parser ./binary.js': 'export const deconstructPacket = null, reconstructPacket = null;',
	'socket.io-parser ./is-binary.js': 'export const isBinary = () => false, hasBinary = () => false;'
};

/** Leaves the unused parts of Socket.IO out of the page: a kilobyte and a half. */
function withoutUnusedParts(): Plugin {
	const marker = '\0unused ';
	return {
		name: 'without-unused-parts',
		apply: 'build',
		enforce: 'pre',
		resolveId(source, importer = '') {
			const part = Object.keys(UNUSED).find((each) => {
				const [folder = '', file] = each.split(' ');
				return file === source && importer.includes(`/${folder}/`);
			});
			return part && marker + part;
		},
		load: (id) => (id.startsWith(marker) ? UNUSED[id.slice(marker.length) as keyof typeof UNUSED] : undefined)
	};
}

/** Marks the making of a schema as free of side effects (`v` is valibot): the page uses no schema of the protocol. */
function withPureSchemas(): Plugin {
	return {
		name: 'with-pure-schemas',
		apply: 'build',
		enforce: 'pre',
		transform: (code, id) =>
			id.includes('/packages/protocol/src/')
				? { code: code.replace(/(?<![\w.])v\.\w+\(/g, '/* @__PURE__ */ $&'), map: null }
				: undefined
	};
}

/**
 * Where the server is: `PUBLIC_SERVER_URL` from the environment or an `.env` file; without it on the page's
 * own origin, or in development, where the page has a server of its own, on `PORT` of this machine.
 */
function readServerUrl(mode: string, isDevelopment: boolean): string {
	const variables = loadEnv(mode, import.meta.dirname, 'PUBLIC_');
	const chosen = parsePublicServerUrl(variables['PUBLIC_SERVER_URL']);
	if (chosen !== '' || !isDevelopment) return chosen;
	return `http://localhost:${process.env['PORT'] ?? DEFAULT_SERVER_PORT}`;
}

/** Where the page may connect: its own origin, and the server when that is another one. */
function connectSources(serverUrl: string): ('self' | `http://${string}.${string}`)[] {
	if (serverUrl === '') return ['self'];
	const { origin } = new URL(serverUrl);
	// SvelteKit's type wants a dot in every host; an origin is a valid source without one too.
	return ['self', origin, origin.replace('http', 'ws')] as ReturnType<typeof connectSources>;
}
