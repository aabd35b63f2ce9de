// All JavaScript that the server hands out is loaded before a room can be used, except for what the program imports when
// it is asked for, and the service worker, which comes after.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const build = join(import.meta.dirname, '../build');
const chunks = join(build, '_app/immutable/chunks');

/** What the chunks import as they need it; pages are imported by the entry. */
const rare = readdirSync(chunks)
	.filter((file) => file.endsWith('.js'))
	.flatMap((file) =>
		Array.from(readFileSync(join(chunks, file), 'utf8').matchAll(/import\([`'"]\.\/([\w-]+\.js)/g), ([, name]) => name)
	);

export default [
	{
		name: 'JavaScript to a usable room',
		path: [
			...[join(build, '**/*.js'), `!${join(build, 'service-worker.js')}`],
			...rare.map((name) => `!${join(chunks, name ?? '')}`)
		],
		limit: '88 kB',
		gzip: true,
		brotli: false
	}
];
