import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { expect, onTestFinished } from 'vitest';
import { createLogger } from '../../../src/log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { message } from '../../store/contract.ts';
import { ARCHIVE, LONG_TEXT } from './attacks.ts';

/** How long people are watched before an attack. */
const USUAL_MS = 500;

/** The server counts the attacker by this address; the people come from 127.0.0.1. */
const ATTACKER_ADDRESS = '127.3.0.1';

/** Fills a room with messages of the largest size. */
async function fillArchive(url: string): Promise<void> {
	const store = await openStore(url, createLogger('silent'));
	await store.createSession('ab'.repeat(32), { id: 'ada', name: 'Ada' }, 0);
	await store.join('ada', ARCHIVE, 0);
	const messages = Array.from({ length: 200 }, (_, index) =>
		message('ada', `m${index}`, { room: ARCHIVE, text: LONG_TEXT })
	);
	await store.append(messages, []);
	await store.close();
}

/** Starts a program of this folder and waits for its first message. It is killed when the test ends. */
async function start(program: string, ...args: string[]): Promise<ChildProcess> {
	const child = fork(fileURLToPath(new URL(program, import.meta.url)), args);
	onTestFinished(() => void child.kill('SIGKILL'));
	const ended = once(child, 'exit').then(() => Promise.reject(new Error(`${program} ended`)));
	await Promise.race([once(child, 'message'), ended]);
	ended.catch(() => undefined);
	return child;
}

/** The times of acknowledgements since the last call, in milliseconds. */
async function latenciesOf(people: ChildProcess): Promise<{ p50: number; p99: number; count: number }> {
	people.send('report');
	const [latenciesMs] = (await once(people, 'message')) as [number[]];
	const sorted = latenciesMs.toSorted((one, other) => one - other);
	const at = (share: number) => Math.round(10 * (sorted[Math.floor(share * (sorted.length - 1))] ?? 0)) / 10;
	return { p50: at(0.5), p99: at(0.99), count: sorted.length };
}

/** The waits of honest members for acknowledgements, in milliseconds. */
export interface Waits {
	p50: number;
	p99: number;
	/** The median before the attack, which includes the other load of the machine. */
	usual: number;
}

/** Measures the waits of honest members while one address attacks a server of its own. @param watchedMs its duration */
export async function watch(name: string, watchedMs: number): Promise<Waits> {
	const database = temporaryDatabase();
	await fillArchive(database.url);
	const server = await ServerProcess.start({ DATABASE_URL: database.url });
	onTestFinished(async () => {
		await server.stop('SIGKILL');
		database.remove();
	});
	const people = await start('./people.ts', server.url);
	await sleep(USUAL_MS);
	const { p50: usual } = await latenciesOf(people);
	const attack = await start('./attack.ts', name, String(server.port), ATTACKER_ADDRESS);

	await latenciesOf(people);
	await sleep(watchedMs);
	const { p50, p99, count } = await latenciesOf(people);
	console.log(`${name}: p50 ${p50} ms, p99 ${p99} ms of ${count}, usually ${usual} ms`);
	for (const child of [attack, people, server.child]) expect(child.exitCode ?? child.signalCode).toBeNull();
	expect(count).toBeGreaterThan(0);
	return { p50, p99, usual };
}
