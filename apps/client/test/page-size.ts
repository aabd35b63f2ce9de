// What a browser loads before a room can be used: the entries, the pages around the room and its own, and all that these
// import. What the program imports when it is asked for, other pages and the service worker come after.
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

/** What a file imports, on demand or before it is evaluated. */
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
const nodes = /["'`]\/rooms\/\[room\]["'`]:\[(\d+)/;
const room = app.map((file) => nodes.exec(read(file))?.[1]).find((number) => number !== undefined);
if (room === undefined) throw new Error('the build does not say which page is that of a room');

export default [
	{
		name: 'JavaScript to a usable room',
		path: closureOf([
			start,
			...importsOf(start, 'on demand'),
			...app,
			...['0', '1', room].map((node) => find('nodes', node))
		]).map((file) => join(immutable, file)),
		limit: '88 kB',
		gzip: true,
		brotli: false
	}
];
