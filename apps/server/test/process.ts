import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LogLine } from './server.ts';

const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));

type Variables = Record<string, string>;

function spawnServer(variables: Variables) {
	const environment = { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', ...variables };
	const child = spawn(process.execPath, [index], { env: environment });
	onTestFinished(() => void child.kill('SIGKILL'));
	return child;
}

/** Starts the server as people do, in a process of its own, and waits until it listens. */
export async function startProcess(variables: Variables = {}) {
	const child = spawnServer(variables);
	const lines: LogLine[] = [];
	const exit = once(child, 'exit').then(([code, signal]) => ({ code, signal }) as ExitStatus);

	const port = await new Promise<number>((resolve, reject) => {
		void exit.then(({ code }) => reject(new Error(`the server ended with ${String(code)}`)));
		createInterface(child.stdout).on('line', (line) => {
			const entry = JSON.parse(line) as LogLine;
			lines.push(entry);
			const found = /^Server is running on http:\/\/localhost:(\d+)$/.exec(entry.msg);
			if (found) resolve(Number(found[1]));
		});
	});
	return { child, exit, lines, port, url: `http://127.0.0.1:${String(port)}` };
}

interface ExitStatus {
	code: number | null;
	signal: NodeJS.Signals | null;
}

/** Starts a server that is expected to refuse, and waits for its end. */
export async function runToExit(variables: Variables) {
	const child = spawnServer(variables);
	let output = '';
	child.stdout.on('data', (chunk) => (output += String(chunk)));
	child.stderr.on('data', (chunk) => (output += String(chunk)));
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, output };
}
