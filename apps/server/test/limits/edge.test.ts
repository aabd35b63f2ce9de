import { once } from 'node:events';
import { IncomingMessage } from 'node:http';
import { connect, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { clientAddress, networkOf } from '../../src/http/client-address.ts';
import { ChatClientProbe, connectChat } from '@digda/testkit/client/chat.ts';
import { enginePath } from '@digda/testkit/raw/handshake.ts';
import { ask, connectEcho } from '@digda/testkit/client/echo.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

const HANDSHAKE = enginePath('polling');

function from(address: string) {
	return { headers: { 'X-Forwarded-For': address } };
}

test.for([
	['192.0.2.1', '192.0.2.1'],
	['::ffff:192.0.2.1', '192.0.2.1'],
	['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
	['2001:db8:1:2::', '2001:db8:1:2::/64'],
	['', undefined],
	['192.0.2.1:80', undefined],
	['unknown', undefined]
] as const)('%s is counted as %s', ([address, network]) => {
	expect(networkOf(address)).toBe(network);
});

test.for([
	['10.2.1.7:40001', '10.2.1.7'],
	['[2001:db8::1]:443', '2001:db8:0:0::/64'],
	['[2001:DB8::1]', '2001:db8:0:0::/64'],
	['2001:db8::1', '2001:db8:0:0::/64'],
	['fe80::1%eth0', 'fe80:0:0:0::/64'],
	['[fe80::1%25eth0]:443', 'fe80:0:0:0::/64'],
	['::ffff:192.0.2.1', '192.0.2.1'],
	['[::ffff:192.0.2.1]:80', '192.0.2.1'],
	['"[2001:db8::1]:4711"', '2001:db8:0:0::/64'],
	['198.51.100.7:1, 192.0.2.1:2', '192.0.2.1'],
	['192.0.2.1:80:80', 'unknown'],
	['unknown', 'unknown'],
	['_hidden:80', 'unknown'],
	['', 'unknown']
] as const)('the address of a client behind a proxy that names %s is %s', ([forwarded, address]) => {
	const request = new IncomingMessage(new Socket());
	request.headers['x-forwarded-for'] = forwarded;
	expect(clientAddress(request, 1)).toBe(address);
});

test('an address has a maximum of connections, by the last address that the trusted proxy names', async () => {
	const { url } = await startServer({ areRatesLimited: true, maxConnectionsPerAddress: 2, trustedHops: 1 });
	const shakeHands = async (address: string) => (await fetch(url + HANDSHAKE, from(address))).status;
	expect(await shakeHands('192.0.2.1')).toBe(200);
	expect(await shakeHands('198.51.100.7, 192.0.2.1')).toBe(200);
	expect(await shakeHands('198.51.100.8, 192.0.2.1')).toBe(503);
	expect(await shakeHands('192.0.2.2')).toBe(200);
});

test('a client cannot choose its address without a trusted proxy', async () => {
	const { url } = await startServer({ areRatesLimited: true, maxConnectionsPerAddress: 3 });
	const shakeHands = async (address: string) => (await fetch(url + HANDSHAKE, from(address))).status;
	for (const address of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) expect(await shakeHands(address)).toBe(200);
	expect(await shakeHands('192.0.2.4')).toBe(503);
});

test('a connection that ends makes room for another', async () => {
	const { url } = await startServer({ areRatesLimited: true, maxConnections: 1 });
	const first = await connectEcho(url, { transports: ['websocket'] });
	const second = new ChatClientProbe(url, { reconnectionDelay: 50, reconnectionDelayMax: 50 });
	await nextEvent(second.socket, 'connect_error');
	expect(await ask(first, '안녕')).toBe('서버입니다: 안녕');
	first.disconnect();
	await second.untilTold('session:ready');
});

test('the log has a bounded number of rejected origins', async () => {
	const { url, lines } = await startServer();
	const shakeHands = async () =>
		(await fetch(url + HANDSHAKE, { headers: { Origin: 'https://elsewhere.example' } })).status;
	for (let count = 0; count < 50; count += 1) expect(await shakeHands()).toBe(403);
	const rejected = lines.filter(({ msg }) => msg.startsWith('Rejected the origin'));
	expect(rejected.length).toBeGreaterThanOrEqual(10);
	expect(rejected.length).toBeLessThan(15);
});

test('an address has a maximum of TCP connections as well', async () => {
	const { port } = await startServer({ areRatesLimited: true, maxConnectionsPerAddress: 5 });
	const open = async () => {
		const line = connect(port, '127.0.0.1').on('error', () => undefined);
		onTestFinished(() => void line.destroy());
		await once(line, 'connect');
		return line;
	};
	for (let count = 0; count < 5; count += 1) await open();
	const sixth = await open();
	sixth.resume();
	await once(sixth, 'close');
});

test('an address that opens many connections gets 429, and its open ones go on', async () => {
	const { url } = await startServer({ areRatesLimited: true, trustedHops: 1 });
	const known = await connectChat(url, undefined, { extraHeaders: { 'X-Forwarded-For': '192.0.2.1' } });
	const answers: Response[] = [];
	for (let count = 0; count < 300 && answers.at(-1)?.status !== 429; count += 1) {
		answers.push(await fetch(url + HANDSHAKE, from('192.0.2.1')));
	}
	expect(answers.length).toBeGreaterThan(190);
	expect(Number(answers.at(-1)?.headers.get('Retry-After'))).toBeGreaterThan(0);
	await known.join('lobby');
	expect((await fetch(url + HANDSHAKE, from('192.0.2.2'))).status).toBe(200);
});
