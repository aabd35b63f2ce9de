import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { ServerProcess, type ServerProcessOptions } from './ServerProcess.ts';
import { temporaryDatabase } from './temporary-database.ts';

/** Starts a server in a process of its own, as `ServerProcess.start` does. It is killed when the test ends. */
export async function startProcess(
	variables: Record<string, string> = {},
	options: ServerProcessOptions = {}
): Promise<ServerProcess> {
	const server = await ServerProcess.start(variables, options);
	onTestFinished(() => void server.stop('SIGKILL'));
	return server;
}

/** Starts a program that is no server, with these variables and PATH. */
export function spawnProgram(program: string, variables: Record<string, string>, args: readonly string[] = []) {
	return spawn(process.execPath, [program, ...args], {
		env: { PATH: process.env['PATH'], ...variables },
		stdio: ['ignore', 'pipe', 'pipe']
	});
}

/** Runs a program that ends by itself. @returns its output and its exit code */
export async function runToExit(program: string, variables: Record<string, string>, args: readonly string[] = []) {
	const database = temporaryDatabase();
	const child = spawnProgram(program, { DATABASE_URL: database.url, ...variables }, args);
	onTestFinished(() => {
		child.kill('SIGKILL');
		database.remove();
	});
	let output = '';
	child.stdout.on('data', (chunk) => (output += String(chunk)));
	child.stderr.on('data', (chunk) => (output += String(chunk)));
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, output };
}
