import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

const MODULE = new URL('../src/server/reserve-port.ts', import.meta.url).href;

const FIRST_PORT = 20_000;
const PORTS = 12_000;

/** A program that reserves ports, prints them, and keeps running. */
const PROGRAM = `const { reservePort } = await import('${MODULE}');
for (let count = 0; count < 50; count += 1) console.log(await reservePort());
setInterval(() => undefined, 60_000);`;

/** Reserves ports in a process whose search begins at a port. It is killed when the test ends. */
async function reserveFrom(first: number) {
	const setStart = `Math.random = () => ${(first - FIRST_PORT + 0.5) / PORTS};`;
	const child = spawn(process.execPath, ['--input-type=module', '--eval', setStart + PROGRAM], {
		stdio: ['ignore', 'pipe', 'inherit']
	});
	onTestFinished(() => void child.kill('SIGKILL'));
	const ports: number[] = [];
	for await (const line of createInterface(child.stdout)) {
		ports.push(Number(line));
		if (ports.length === 50) break;
	}
	return { child, ports };
}

const anyPort = () => FIRST_PORT + Math.floor(Math.random() * PORTS);

test('concurrent processes reserve different ports', async () => {
	const first = anyPort();
	const processes = await Promise.all([reserveFrom(first), reserveFrom(first), reserveFrom(first)]);
	const ports = processes.flatMap((each) => each.ports);
	expect(new Set(ports).size).toBe(150);
	for (const port of ports) {
		expect(port).toBeGreaterThanOrEqual(FIRST_PORT);
		expect(port).toBeLessThan(FIRST_PORT + PORTS);
	}
});

test('a killed process releases its ports', async () => {
	const first = anyPort();
	const { child, ports } = await reserveFrom(first);
	const exit = once(child, 'exit');
	child.kill('SIGKILL');
	await exit;
	// Others may have taken some of them meanwhile.
	const { ports: later } = await reserveFrom(first);
	expect(later.some((port) => ports.includes(port))).toBe(true);
});

test('a port with a listener is not reserved', async () => {
	const listener = createServer();
	onTestFinished(() => void listener.close());
	let port: number;
	do {
		port = anyPort();
		listener.listen(port, '127.0.0.1');
	} while (!(await isListening(listener)));
	const { ports } = await reserveFrom(port);
	expect(ports).toHaveLength(50);
	expect(ports).not.toContain(port);
});

async function isListening(listener: Server): Promise<boolean> {
	return await once(listener, 'listening').then(
		() => true,
		() => false
	);
}
