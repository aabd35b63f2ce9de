import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EnvironmentError, parseEnvironment } from '../src/environment.ts';
import { runToExit, startProcess } from '@digda/testkit/server/process.ts';
import { SERVER } from '@digda/testkit/server/ServerProcess.ts';

test('an unset or empty variable has its default', () => {
	for (const variables of [{}, { PORT: '', HOST: ' ', CLIENT_ORIGIN: '', LOG_LEVEL: '' }]) {
		expect(parseEnvironment(variables)).toEqual({
			PORT: 3000,
			CLIENT_ORIGIN: ['http://localhost:5173', 'http://127.0.0.1:5173'],
			DATABASE_URL: `sqlite:${join(import.meta.dirname, '../../../.data/digda.sqlite')}`,
			LOG_LEVEL: 'info',
			MAX_CONNECTIONS: 10_000,
			MAX_CONNECTIONS_PER_ADDRESS: 500,
			MIN_FREE_MB: 512,
			RATE_LIMITS: true,
			TRUST_PROXY: 0
		});
	}
});

test('the floor of free space can be 0, and retention is off unless it is set', () => {
	expect(parseEnvironment({ MIN_FREE_MB: '0', RETENTION_DAYS: '36500' })).toMatchObject({
		MIN_FREE_MB: 0,
		RETENTION_DAYS: 36_500
	});
	expect(parseEnvironment({}).RETENTION_DAYS).toBeUndefined();
});

test('CLIENT_ORIGIN is a list with commas, normalized to the form that browsers send', () => {
	const variables = { CLIENT_ORIGIN: 'https://chat.example.com/, http://Chat.Example.com:80' };
	expect(parseEnvironment(variables).CLIENT_ORIGIN).toEqual(['https://chat.example.com', 'http://chat.example.com']);
});

test.for([
	['PORT', 'abc'],
	['PORT', '-1'],
	['PORT', '65536'],
	['PORT', '3000.5'],
	['CLIENT_ORIGIN', '*'],
	['CLIENT_ORIGIN', 'https://*.example.com'],
	['CLIENT_ORIGIN', 'https://a.example?'],
	['CLIENT_ORIGIN', 'https://a.example#'],
	['CLIENT_ORIGIN', 'https://me@a.example'],
	['CLIENT_ORIGIN', 'http:/a.example'],
	['CLIENT_ORIGIN', 'http://a.example:99999'],
	['CLIENT_ORIGIN', 'chat.example.com'],
	['CLIENT_ORIGIN', 'https://chat.example.com/rooms'],
	['CLIENT_ORIGIN', 'https://chat.example.com,ftp://x.example'],
	['DATABASE_URL', 'sqlite:'],
	['DATABASE_URL', 'mysql://localhost/digda'],
	['DATABASE_URL', 'postgres://'],
	['REDIS_URL', 'http://localhost:6379'],
	['REDIS_URL', 'redis://'],
	['LOG_LEVEL', 'loud'],
	['TRUST_PROXY', 'yes'],
	['TRUST_PROXY', '11'],
	['MAX_CONNECTIONS', '0'],
	['MAX_CONNECTIONS_PER_ADDRESS', '-1'],
	['MIN_FREE_MB', '-1'],
	['MIN_FREE_MB', '0.5'],
	['RETENTION_DAYS', '0'],
	['RETENTION_DAYS', '36501'],
	['RETENTION_DAYS', 'never'],
	['RATE_LIMITS', 'false']
] as const)('%s=%s is rejected in one line that says what is accepted', ([name, value]) => {
	const parse = () => parseEnvironment({ [name]: value });
	expect(parse).toThrow(EnvironmentError);
	expect(parse).toThrow(new RegExp(`^${name} is ".*": expected [^\n]+$`));
});

test.for(['DATABASE_URL', 'REDIS_URL'])('an error does not repeat a password in %s', (name) => {
	expect(() => parseEnvironment({ [name]: 'http://me:secret@somewhere' })).toThrow(/^(?!.*secret)/);
});

test('Redis without a shared log ends the start with one line and exit code 1', async () => {
	const { code, output } = await runToExit(SERVER, { REDIS_URL: 'redis://127.0.0.1:1', PORT: '0' });
	expect(code).toBe(1);
	expect(output).toMatch(/^REDIS_URL needs .*DATABASE_URL.*\n$/);
});

test('a wrong environment ends the start with one line and exit code 1', async () => {
	const { code, output } = await runToExit(SERVER, { PORT: 'abc', LOG_LEVEL: 'loud' });
	expect(code).toBe(1);
	expect(output).toMatch(/^PORT is "abc": expected .*; LOG_LEVEL is "loud": expected .*\n$/);
});

test('a port in use ends the start with one line and exit code 1', async () => {
	const { port } = await startProcess();
	const { code, output } = await runToExit(SERVER, { HOST: '127.0.0.1', PORT: String(port) });
	expect(code).toBe(1);
	expect(output).toMatch(new RegExp(`^PORT ${port} is already in use: .*\n$`));
});

test('a host that is not of this machine ends the start with one line and exit code 1', async () => {
	const { code, output } = await runToExit(SERVER, { HOST: '192.0.2.1', PORT: '0' });
	expect(code).toBe(1);
	expect(output).toMatch(/^HOST 192\.0\.2\.1 is not an address of this machine: .*\n$/);
});
