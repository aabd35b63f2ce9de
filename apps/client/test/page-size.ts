// All JavaScript that the server hands out is loaded before a room can be used, the service worker alone comes after.
import { join } from 'node:path';

const build = join(import.meta.dirname, '../build');

export default [
	{
		name: 'JavaScript to a usable room',
		path: [join(build, '**/*.js'), `!${join(build, 'service-worker.js')}`],
		limit: '80 kB',
		gzip: true,
		brotli: false
	}
];
