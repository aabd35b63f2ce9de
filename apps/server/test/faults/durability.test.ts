import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FaultServer } from '@digda/testkit/faults/FaultServer.ts';
import { Ledger } from './Ledger.ts';
import { Random } from './random.ts';
import { RawAuthor } from './RawAuthor.ts';
import { parseTrace, type SystemCall } from './trace.ts';

/** Traces all calls on files and sockets, with the bytes of a whole database page or packet. */
const STRACE = [
	...['strace', '-f', '-y', '-s', '131072'],
	...['-e', 'trace=fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg']
];

const hasStrace = spawnSync('strace', ['-V']).status === 0;

const isLog = ({ args }: SystemCall) => /^\d+<[^>]*-wal>/.test(args);
const isSync = ({ name }: SystemCall) => name === 'fsync' || name === 'fdatasync';
const isSocket = ({ args }: SystemCall) => /^\d+<socket:/.test(args);

test('the server delivers and acknowledges a message only after the sync of the log that holds it', async (context) => {
	context.skip(!hasStrace && !process.env['CI'], 'strace is missing: the disk cannot be watched');

	const directory = await mkdtemp(join(tmpdir(), 'digda-trace-'));
	const trace = join(directory, 'trace');
	const server = new FaultServer(directory, { wrapper: [...STRACE, '-o', trace] });
	onTestFinished(async () => {
		await server.stop('SIGKILL');
		await rm(directory, { recursive: true });
	});
	let url = '';
	server.onPort = (port) => (url = `http://127.0.0.1:${port}`);
	await server.start();

	const ledger = new Ledger();
	const random = new Random(8);
	const authors = [new RawAuthor(url, ledger), new RawAuthor(url, ledger)];
	onTestFinished(() => authors.forEach((author) => author.close()));
	// Single messages, and many in one transaction.
	for (const count of [1, 1, 1, 50]) {
		const batch = () => Array.from({ length: count }, () => message(random));
		await Promise.all(authors.map((author) => author.send(batch())));
	}
	await server.stop('SIGTERM');

	const calls = parseTrace(await readFile(trace, 'utf8'));
	const syncs = calls.filter((call) => isSync(call) && isLog(call));
	expect(ledger.acknowledged).toHaveLength(106);
	for (const { id } of ledger.acknowledged.map(({ entry }) => entry)) {
		const holders = calls.filter(({ args }) => args.includes(id));
		const written = holders.find(isLog);
		const told = holders.find(isSocket);
		if (!written || !told) throw new Error(`the trace lacks ${id}`);
		const sync = syncs.find(({ startedAt }) => startedAt > written.endedAt);
		expect(sync?.endedAt ?? Infinity, `the sync of ${id} before it is told`).toBeLessThan(told.startedAt);
	}
}, 120_000);

function message(random: Random) {
	return { room: 'lobby', id: random.uuid(), text: 'is it safe?' };
}
