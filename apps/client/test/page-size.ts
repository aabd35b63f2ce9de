// What a browser loads before a page can be used: the entries, the nodes of its route, and all that they import.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is read of the manifest that Vite writes: chunks by their keys. */
type Manifest = Record<string, { file: string; imports?: string[]; dynamicImports?: string[] }>;

const client = join(import.meta.dirname, '..');
const manifest = JSON.parse(read('.svelte-kit/output/client/.vite/manifest.json')) as Manifest;
const start = keyOf('entry/start.');
const app = keyOf('entry/app.');

function read(file: string): string {
	return readFileSync(join(client, file), 'utf8');
}

function keyOf(name: string): string {
	const key = Object.keys(manifest).find((each) => fileOf(each).includes(`immutable/${name}`));
	if (key === undefined) throw new Error(`the built app has no ${name}`);
	return key;
}

function fileOf(key: string): string {
	return `build/${manifest[key]?.file ?? ''}`;
}

function filesOf(keys: readonly string[], seen = new Set<string>()): string[] {
	for (const key of keys) {
		if (seen.has(key)) continue;
		seen.add(key);
		filesOf(manifest[key]?.imports ?? [], seen);
	}
	return [...seen].map((key) => join(client, fileOf(key)));
}

/** The route's page, then its layouts; node 0 is the outermost layout and node 1 the page of an error. */
function nodesOf(route: string): string[] {
	const dictionary = read(fileOf(app));
	const nodes = dictionary.split(`"${route}":`)[1]?.match(/^[[\]\d,]+?\]+(?=[,}])/)?.[0];
	if (nodes === undefined) throw new Error(`the built app has no route ${route}`);
	return ['0', '1', ...(nodes.match(/\d+/g) ?? [])].map((node) => keyOf(`nodes/${node}.`));
}

export default [
	{ page: 'room', route: '/rooms/[room]', limit: '80 kB' },
	{ page: 'echo', route: '/', limit: '65 kB' }
].map(({ page, route, limit }) => ({
	name: `JavaScript to a usable page: ${page}`,
	path: filesOf([
		...[start, ...(manifest[start]?.dynamicImports ?? []), app, keyOf('entry/payload.')],
		...nodesOf(route)
	]),
	limit,
	gzip: true,
	brotli: false
}));
