/**
 * Starts both apps with one terminal, and ends both with one Ctrl-C. Ports that are taken are told here, in
 * one line and before anything starts; the tools below would answer with a stack trace or wait for ever.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { CLIENT_DEV_PORT, DEFAULT_SERVER_PORT } from '../protocol/src/index.ts';

const serverPort = Number(process.env['PORT'] ?? DEFAULT_SERVER_PORT);

/** Whether somebody answers on a port of this machine. */
function isTaken(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const probe = connect({ port, host: 'localhost' });
		const settle = (taken: boolean) => {
			probe.destroy();
			resolve(taken);
		};
		probe.once('connect', () => settle(true)).once('error', () => settle(false));
	});
}

function stop(message: string): never {
	console.error(message);
	process.exit(1);
}

if (await isTaken(CLIENT_DEV_PORT)) {
	stop(
		`Port ${String(CLIENT_DEV_PORT)} is taken: end the program that uses it (perhaps another "pnpm dev") and try again.`
	);
}
if (await isTaken(serverPort)) {
	stop(
		`Port ${String(serverPort)} is taken: end the program that uses it, or choose another port with PORT=${String(serverPort + 1)}.`
	);
}

const apps: ChildProcess[] = ['server', 'client'].map((app) =>
	spawn('pnpm', ['--silent', '--filter', `@digda/${app}`, 'dev'], {
		stdio: 'inherit',
		env: { ...process.env, NODE_ENV: 'development', PORT: String(serverPort) }
	})
);

for (const app of apps) {
	app.once('exit', (code) => {
		process.exitCode ??= code ?? 0;
		for (const other of apps) other.kill('SIGTERM');
	});
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.on(signal, () => {
		process.exitCode = 0;
		for (const app of apps) app.kill(signal);
	});
}

console.log(`Open http://localhost:${String(CLIENT_DEV_PORT)} · Ctrl-C ends both apps`);
