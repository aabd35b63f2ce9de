/**
 * Starts both apps in one terminal, and ends both with one Ctrl-C. It reports a used port in one line before anything
 * starts: the tools below would print a stack trace or wait for ever.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { CLIENT_DEV_PORT } from '@digda/protocol';
import { EnvironmentError, parseEnvironment } from '@digda/server/environment.ts';

/** How long the apps have to end by themselves: the terminal sends the Ctrl-C to them as well. */
const INTERRUPT_GRACE_MS = 1_000;

function stop(message: string): never {
	console.error(message);
	process.exit(1);
}

/** Checks all variables of the server. @returns its port */
function readPort(): number {
	try {
		const { PORT } = parseEnvironment(process.env);
		// The page must know the port before the server starts.
		if (PORT !== 0 && PORT !== CLIENT_DEV_PORT) return PORT;
		stop(`PORT is "${PORT}": expected a port of the server's own, neither 0 nor the page's ${CLIENT_DEV_PORT}`);
	} catch (error) {
		if (!(error instanceof EnvironmentError)) throw error;
		stop(error.message);
	}
}

/** Whether a program listens on a port of this machine. */
async function isTaken(port: number): Promise<boolean> {
	const answers = ['127.0.0.1', '::1'].map(
		(host) =>
			new Promise<boolean>((resolve) => {
				const probe = connect({ port, host });
				const settle = (isOpen: boolean) => {
					probe.destroy();
					resolve(isOpen);
				};
				probe.once('connect', () => settle(true)).once('error', () => settle(false));
			})
	);
	return (await Promise.all(answers)).includes(true);
}

const serverPort = readPort();

for (const [port, remedy] of [
	[serverPort, `, or choose another port with PORT=${serverPort + 1}.`],
	[CLIENT_DEV_PORT, ' (perhaps another "pnpm dev") and try again.']
] as const) {
	if (await isTaken(port)) stop(`Port ${port} is taken: end the program that uses it${remedy}`);
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
		const tell = () => apps.forEach((app) => app.kill('SIGTERM'));
		setTimeout(tell, signal === 'SIGINT' ? INTERRUPT_GRACE_MS : 0).unref();
	});
}

console.log(`Open http://localhost:${CLIENT_DEV_PORT} · Ctrl-C ends both apps`);
