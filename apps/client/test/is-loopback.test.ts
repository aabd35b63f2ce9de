import { expect, test } from 'vitest';
import { isLoopback } from '#lib/session/is-loopback.ts';

test.for([
	'localhost',
	'LOCALHOST',
	'localhost.',
	'chat.localhost',
	'127.0.0.1',
	'127.8.9.10',
	'127.1',
	'0.0.0.0',
	'[::1]',
	'[0:0:0:0:0:0:0:1]',
	'[::]',
	'[::ffff:127.0.0.1]'
])('a link to %s opens on this machine alone', (host) => {
	expect(isLoopback(`http://${host}:3000/join#secret`)).toBe(true);
});

test.for([
	'chat.example.com',
	'localhost.example.com',
	'mylocalhost',
	'192.168.0.7',
	'10.127.0.0',
	'[fd00::1]',
	'[::ffff:10.0.0.1]',
	'127.0.0.1.example.com'
])('a link to %s may open elsewhere', (host) => {
	expect(isLoopback(`https://${host}/join#localhost`)).toBe(false);
});
