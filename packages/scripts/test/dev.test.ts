import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';
import { CLIENT_DEV_PORT } from '@digda/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { runToExit } from '@digda/testkit/server/process.ts';

const DEV = fileURLToPath(new URL('../dev.ts', import.meta.url));

/** Listens on a port of this machine until the test ends, unless another program does. */
async function takePort(port: number, host: string): Promise<number> {
	const server = createServer().listen(port, host);
	onTestFinished(() => void server.close());
	await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => undefined);
	return (server.address() as AddressInfo | null)?.port ?? port;
}

/** The addresses by which this machine reaches itself: 127.0.0.1, and ::1 where there is IPv6. */
const LOOPBACKS = Object.values(networkInterfaces())
	.flatMap((addresses) => addresses ?? [])
	.filter(({ internal }) => internal)
	.map(({ address }) => address);

test.for(LOOPBACKS)('a used page port on %s is reported in one line', async (host) => {
	await takePort(CLIENT_DEV_PORT, host);
	const { code, output } = await runToExit(DEV, { PORT: '20001' });
	expect(output).toMatch(new RegExp(`^Port ${CLIENT_DEV_PORT} is taken: end .*\n$`));
	expect(code).toBe(1);
});

test('a used server port is reported in one line, with a remedy', async () => {
	const port = await takePort(0, '127.0.0.1');
	const { code, output } = await runToExit(DEV, { PORT: String(port) });
	expect(output).toMatch(new RegExp(`^Port ${port} is taken: .* PORT=${port + 1}\\.\n$`));
	expect(code).toBe(1);
});

test.for([
	['PORT', 'abc'],
	['PORT', '0'],
	['PORT', String(CLIENT_DEV_PORT)],
	['CLIENT_ORIGIN', 'foo'],
	['LOG_LEVEL', 'loud']
] as const)('%s=%s is rejected in one line before anything starts', async ([name, value]) => {
	const { code, output } = await runToExit(DEV, { [name]: value });
	expect(output).toMatch(new RegExp(`^${name} is "${value}": expected .*\n$`));
	expect(code).toBe(1);
});
