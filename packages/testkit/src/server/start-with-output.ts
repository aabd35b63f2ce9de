import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { freeFixedPort } from './fixed-port.ts';
import { SERVER } from './ServerProcess.ts';
import { temporaryDatabase } from './temporary-database.ts';

export interface OutputServer {
	child: ChildProcess;
	port: number;
	url: string;
	/** How many lines of the log were dropped, by reason, as `/metrics` says. */
	dropped: () => Promise<Record<string, number>>;
	/** Sends a signal, and answers with the exit code or the signal that ended the process. */
	end: (signal: NodeJS.Signals) => Promise<number | NodeJS.Signals | null>;
}

/**
 * Starts a server in a process of its own whose standard output is what it is given, and waits until it serves.
 * @param output a descriptor of standard output, or a socket that nobody reads
 * @param command what starts Node.js, with its arguments; for what a descriptor cannot say
 */
export async function startWithOutput(
	output: number | 'pipe' | 'ignore',
	command: readonly [string, ...string[]] = [process.execPath]
): Promise<OutputServer> {
	const database = temporaryDatabase();
	const port = await freeFixedPort();
	const [program, ...args] = command;
	const child = spawn(program, [...args, SERVER], {
		env: {
			...{ PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: String(port), NODE_ENV: 'development' },
			DATABASE_URL: database.url
		},
		stdio: ['ignore', output, 'ignore']
	});
	onTestFinished(() => {
		child.kill('SIGKILL');
		database.remove();
	});
	const url = `http://127.0.0.1:${port}`;
	await expect
		.poll(async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.status ?? child.exitCode)
		.toBe(200);

	return {
		...{ child, port, url },
		async dropped() {
			const figures = await (await fetch(`${url}/metrics`)).text();
			const found = figures.matchAll(/^digda_log_lines_dropped_total\{reason="(\w+)"\} (\d+)$/gm);
			return Object.fromEntries([...found].map(([, reason = '', count]) => [reason, Number(count)]));
		},
		async end(signal) {
			const exit = once(child, 'exit');
			child.kill(signal);
			await exit;
			return child.exitCode ?? child.signalCode;
		}
	};
}
