import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Attacker } from '../hostile/Attacker.ts';
import { Circle } from '../hostile/Circle.ts';
import { eventPacket } from '@digda/testkit/raw/packets.ts';
import { Fifo } from '../support/fifo.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';
import type { LogLine, Output, ServerProcess, ServerProcessOptions } from '@digda/testkit/server/ServerProcess.ts';

/** The end of a process takes 9 s at most. */
const SHUTDOWN_MS = 10_000;

/** The longest text, of characters that each would end a line of the log. */
const SEPARATORS = '\u2028'.repeat(4_000);

const CONNECTIONS = 20;

/** Sends texts to the echo on 20 connections of an address at once, and waits until the server has read them. */
async function flood(port: number, texts: number): Promise<void> {
	const attacker = new Attacker(port);
	onTestFinished(() => attacker.leave());
	const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => attacker.inEcho()));
	const packet = eventPacket('', ['eventFromClient', SEPARATORS]);
	await Promise.all(
		sockets.map(async (socket) => {
			socket.send(...Array<string>(texts).fill(packet));
			await socket.heardOut();
			expect(socket.isClosed).toBe(false);
		})
	);
}

async function openCircle(url: string): Promise<Circle> {
	const people = await Circle.open([url]);
	onTestFinished(() => people.close());
	return people;
}

/** Starts a server with the given standard output. */
async function startWithOutput(output: Output, options: ServerProcessOptions = {}) {
	return await startProcess({ NODE_ENV: 'development' }, { ...options, output });
}

/** The numbers of dropped log lines in `/metrics`, by reason. */
async function droppedBy({ url }: ServerProcess): Promise<Record<string, number>> {
	const figures = await (await fetch(`${url}/metrics`)).text();
	const found = figures.matchAll(/^digda_log_lines_dropped_total\{reason="(\w+)"\} (\d+)$/gm);
	return Object.fromEntries([...found].map(([, reason = '', count]) => [reason, Number(count)]));
}

/** Runs something with a descriptor that is closed afterwards. */
async function withDescriptor<Result>(descriptor: number, run: (descriptor: number) => Promise<Result>) {
	try {
		return await run(descriptor);
	} finally {
		closeSync(descriptor);
	}
}

function parse(log: string): LogLine[] {
	return log
		.trimEnd()
		.split('\n')
		.map((line) => JSON.parse(line) as LogLine);
}

test('a stalled reader of the log blocks nobody, and the process ends within 10 s with its log', async () => {
	const fifo = new Fifo();
	const server = await withDescriptor(fifo.openWriter(), startWithOutput);
	const people = await openCircle(server.url);
	await flood(server.port, 50);
	for (let count = 0; count < 5; count += 1) await people.chat();

	// The pipe is full.
	expect(fifo.read().length).toBeGreaterThanOrEqual(60_000);
	for (let count = 0; count < 5; count += 1) await people.chat();
	const signalledAt = performance.now();
	expect(await server.stop('SIGTERM')).toBe(0);
	expect(performance.now() - signalledAt).toBeLessThan(SHUTDOWN_MS);
});

test('an unread socket as standard output, as under systemd, blocks nobody', async () => {
	// Node.js connects a child by a socket, and does not read from it by itself.
	const server = await startWithOutput('unread');
	const people = await openCircle(server.url);
	await flood(server.port, 50);
	for (let count = 0; count < 5; count += 1) await people.chat();
	expect(await server.stop('SIGTERM')).toBe(0);
});

test('lines that a stalled reader costs are counted, and one line reports them when it reads again', async () => {
	const fifo = new Fifo();
	const server = await withDescriptor(fifo.openWriter(), startWithOutput);
	// Three floods from different addresses: the share of one does not fill the buffer.
	for (let address = 0; address < 3; address += 1) await flood(server.port, 50);
	const { slow } = await droppedBy(server);
	expect(slow).toBeGreaterThan(0);

	let log = '';
	await expect.poll(() => (log += fifo.read())).toMatch(/log lines were lost"\}\n/);
	const report = parse(log).find(({ lost }) => lost !== undefined);
	expect(report?.level).toBe(40);
	// More lines may have been lost since the metrics were read.
	expect(report?.['lost']).toBeGreaterThanOrEqual(slow ?? 0);
	expect(report?.['lost']).toBeLessThanOrEqual((await droppedBy(server))['slow'] ?? 0);
	const echo = await connectEcho(server.url);
	await ask(echo, '다시');
	await expect.poll(() => (log += fifo.read())).toContain('📟 Message from client: 다시"}\n');
	// The log has whole lines alone.
	parse(log);
});

test('an uncaught exception ends the process while nobody reads its log', async () => {
	const fifo = new Fifo();
	const failing = 'data:text/javascript,process.once("SIGUSR2",()=>{throw new Error("uncaught")})';
	const server = await withDescriptor(fifo.openWriter(), (output) =>
		startWithOutput(output, { nodeArguments: ['--import', failing] })
	);
	await flood(server.port, 50);
	const signalledAt = performance.now();
	expect(await server.stop('SIGUSR2')).toEqual(expect.any(Number));
	expect(performance.now() - signalledAt).toBeLessThan(SHUTDOWN_MS);
});

test.skipIf(process.platform !== 'linux')('a full disk costs lines of the log, which are counted', async () => {
	const server = await withDescriptor(openSync('/dev/full', 'w'), startWithOutput);
	const people = await openCircle(server.url);
	await flood(server.port, 5);
	await people.chat();
	await expect.poll(async () => (await droppedBy(server))['failed']).toBeGreaterThan(100);
	await people.chat();
	expect(await server.stop('SIGTERM')).toBe(0);
});

test('a reader of the log that closes costs lines, and a new one gets whole lines', async () => {
	const fifo = new Fifo();
	const server = await withDescriptor(fifo.openWriter(), startWithOutput);
	const people = await openCircle(server.url);
	fifo.leave();
	await flood(server.port, 5);
	await people.chat();
	await expect.poll(async () => (await droppedBy(server))['failed']).toBeGreaterThan(100);

	fifo.comeBack();
	const echo = await connectEcho(server.url);
	await ask(echo, '다시');
	let log = '';
	await expect.poll(() => (log += fifo.read())).toMatch(/log lines were lost"\}\n/);
	expect(parse(log).map(({ msg }) => msg)).toContain('📟 Message from client: 다시');
	expect(await server.stop('SIGTERM')).toBe(0);
});

test('a server without a standard output serves', async () => {
	const server = await startWithOutput('ignore', { wrapper: ['/bin/sh', '-c', 'exec "$@" >&-', 'sh'] });
	const people = await openCircle(server.url);
	await flood(server.port, 5);
	await people.chat();
	expect(await server.stop('SIGTERM')).toBe(0);
});

test('the last lines of the log are written when the reader reads', async () => {
	const server = await startProcess();
	await flood(server.port, 50);
	expect(await server.stop('SIGTERM')).toBe(0);
	await expect.poll(() => server.lines.map(({ msg }) => msg)).toContain('SIGTERM: closing');
});

test('an address has a bounded share of the log, and others are logged as before', async () => {
	const directory = mkdtempSync(join(tmpdir(), 'digda-'));
	onTestFinished(() => rmSync(directory, { recursive: true }));
	const file = join(directory, 'log');
	const server = await withDescriptor(openSync(file, 'a'), startWithOutput);
	const startedAt = performance.now();
	const echo = await connectEcho(server.url);
	for (let round = 0; round < 3; round += 1) {
		await flood(server.port, 0);
		await ask(echo, `안녕 ${round}`);
	}
	const attacker = flood(server.port, 45);
	await Promise.all([attacker, ask(echo, '안녕 3')]);

	const log = () => parse(readFileSync(file, 'utf8'));
	await expect.poll(() => log().some(({ leftOut }) => leftOut !== undefined)).toBe(true);
	const seconds = (performance.now() - startedAt) / 1_000;
	const texts = log().flatMap(({ msg }) => /^📟 Message from client: (.*)$/su.exec(msg)?.[1] ?? []);
	expect(texts.filter((text) => text.startsWith('안녕'))).toEqual([0, 1, 2, 3].map((round) => `안녕 ${round}`));
	const others = texts.filter((text) => !text.startsWith('안녕'));
	expect(new Set(others)).toEqual(new Set([`${'\u2028'.repeat(200)}… (4,000 characters)`]));
	expect(others.length).toBeLessThanOrEqual(500 + 20 * seconds);
	const [report] = log().filter(({ leftOut }) => leftOut !== undefined);
	expect(report?.msg).toMatch(/^[\d,]+ more messages were not logged$/);
	expect((await droppedBy(server))['rate']).toBeGreaterThanOrEqual(900 - others.length);
	expect(readFileSync(file).length).toBeLessThan(1_500 * others.length + 100_000);
});

test('connections that come and go have a bounded share of the log', async () => {
	const { port, lines } = await startServer();
	const attacker = new Attacker(port);
	onTestFinished(() => attacker.leave());
	const startedAt = performance.now();
	const socket = await attacker.inEcho();
	for (let count = 0; count < 700; count += 1) {
		const entered = await attacker.inEcho();
		entered.close();
	}
	expect(socket.isClosed).toBe(false);
	for (const [start, subject] of [
		['Client connected', 'connections'],
		['Client disconnected', 'disconnections']
	] as const) {
		await expect
			.poll(() => lines.map(({ msg }) => msg))
			.toContainEqual(expect.stringMatching(new RegExp(`^[\\d,]+ more ${subject} were not logged$`)));
		const seconds = (performance.now() - startedAt) / 1_000;
		const logged = lines.filter(({ msg }) => msg.startsWith(start));
		expect(logged.length).toBeGreaterThanOrEqual(500);
		expect(logged.length).toBeLessThanOrEqual(500 + 20 * seconds);
	}
});
