// The JavaScript that a browser loads before a page can be used: the entries, the page, the pages around it, and all that these
// import statically. An `import()`, other pages and the service worker come later.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const immutable = join(import.meta.dirname, '../build/_app/immutable');

const read = (file: string) => readFileSync(join(immutable, file), 'utf8');

/** The only file of a folder that begins with a name; the rest of its own is a hash. */
function find(folder: string, name: string): string {
	const file = readdirSync(join(immutable, folder)).find((file) => file.startsWith(`${name}.`) && file.endsWith('.js'));
	if (file === undefined) throw new Error(`the build has no ${folder}/${name}`);
	return `${folder}/${file}`;
}

/** The files that a file imports, on demand or before it is evaluated. */
function importsOf(file: string, kind: 'on demand' | 'before'): string[] {
	const pattern =
		kind === 'before' ? /(?:from|import)["'`]([\w./-]+\.js)["'`]/g : /import\(["'`]([\w./-]+\.js)["'`]\)/g;
	return Array.from(read(file).matchAll(pattern), ([, path = '']) => join(file, '..', path));
}

/** Files with all that they need before they are evaluated. */
function closureOf(files: string[]): string[] {
	const closure = new Set<string>();
	for (const pending = [...files]; pending.length > 0;) {
		const file = pending.pop() ?? '';
		if (closure.has(file)) continue;
		closure.add(file);
		pending.push(...importsOf(file, 'before'));
	}
	return [...closure];
}

const start = find('entry', 'start');
const app = closureOf([find('entry', 'app')]);

/** The number of the page of a route. */
function nodeOf(route: string): string {
	const pattern = new RegExp(`["'\`]${RegExp.escape(route)}["'\`]:\\[(\\d+)`);
	const node = app.map((file) => pattern.exec(read(file))?.[1]).find((number) => number !== undefined);
	if (node === undefined) throw new Error(`the build does not say which page is that of ${route}`);
	return node;
}

/** Everything that a route loads before it can be used. */
function load(name: string, route: string, limit: string) {
	const nodes = ['0', '1', nodeOf(route)].map((node) => find('nodes', node));
	const files = closureOf([start, ...importsOf(start, 'on demand'), ...app, ...nodes]);
	return { name, path: files.map((file) => join(immutable, file)), limit, gzip: true, brotli: false };
}

export default [
	load('JavaScript to a usable room', '/rooms/[room]', '90 kB'),
	load('JavaScript to the echo', '/', '65 kB')
];
