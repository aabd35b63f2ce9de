import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { SCRIPT, temporaryPage } from '@digda/testkit/server/temporary-page.ts';

/** A server with a page, in a process of its own. */
async function startWithPage() {
	const page = temporaryPage();
	const server = await ServerProcess.start({ RATE_LIMITS: 'off' }, { run: { page: page.directory } });
	onTestFinished(async () => {
		await server.stop('SIGKILL');
		page.remove();
	});
	return { page, server };
}

/** Valid and malformed ranges. */
const RANGES = [
	'bytes=5-2',
	'bytes=0-0',
	'bytes=0-99',
	'bytes=-1',
	'bytes=-0',
	'bytes=5-',
	'bytes=-',
	'bytes=',
	'bytes',
	'bytes=0-0,2-3',
	`bytes=${Array<string>(2_000).fill('0-1').join(',')}`,
	'bytes=0-18446744073709551615',
	'bytes=18446744073709551615-',
	'bytes=9007199254740993-9007199254740995',
	`bytes=0-${'9'.repeat(400)}`,
	'bytes=1e3-2e3',
	'bytes=0x1-0x2',
	'bytes=--1',
	'bytes=NaN-Infinity',
	'bytes= 1 - 2 ',
	'items=0-5',
	'\u00e9=1-2'
];

test('the server answers a request for any range with the whole file, and lives on', async () => {
	const { server } = await startWithPage();
	const whole = await (await fetch(server.url + SCRIPT)).text();
	for (const range of RANGES) {
		for (const path of ['/', '/rooms/lobby', SCRIPT]) {
			const response = await fetch(server.url + path, { headers: { Range: range } });
			expect(response.status, range).toBe(200);
			const text = await response.text();
			if (path === SCRIPT) expect(text, range).toBe(whole);
			expect(response.headers.get('content-range')).toBeNull();
		}
	}
	expect(server.child.exitCode).toBeNull();
});

const countDescriptors = ({ child }: ServerProcess) => readdirSync(`/proc/${child.pid}/fd`).length;

test.runIf(process.platform === 'linux')('aborted downloads leave no descriptor open', async () => {
	const { server } = await startWithPage();
	await fetch(server.url);
	const before = countDescriptors(server);
	const request = `GET ${SCRIPT} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
	for (let count = 0; count < 120; count += 1) {
		const connection = connect(server.port, '127.0.0.1');
		connection.on('error', () => undefined);
		connection.write(request.repeat(100));
		await once(connection, 'data');
		connection.resetAndDestroy();
		await once(connection, 'close');
	}
	await expect.poll(() => countDescriptors(server)).toBeLessThanOrEqual(before + 2);
	expect((await fetch(server.url)).status).toBe(200);
});

test('a build in place changes nothing for a running server', async () => {
	const { page, server } = await startWithPage();
	const paths = ['/', '/rooms/lobby', '/_app/version.json', SCRIPT];
	const read = async () => await Promise.all(paths.map(async (path) => await (await fetch(server.url + path)).text()));
	const before = await read();
	rmSync(page.directory, { recursive: true });
	expect(await read()).toEqual(before);
	page.write('/index.html', '<h1>the next build</h1>');
	page.write('/_app/version.json', '{"version":"2"}');
	page.write('/_app/immutable/next.def.js', 'export {}');
	expect(await read()).toEqual(before);
	expect((await fetch(`${server.url}/_app/immutable/next.def.js`)).status).toBe(404);
	expect(server.child.exitCode).toBeNull();
});
