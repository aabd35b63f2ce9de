import { createHash, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { PROTOCOL } from '@digda/protocol';
import { expect, inject, onTestFinished, test } from 'vitest';
import { chatPacket, packet } from '@digda/testkit/raw/packets.ts';
import { startProcess } from '@digda/testkit/server/process.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { Attacker } from './Attacker.ts';
import { attackEach, type Case } from './attack-each.ts';

const UNAUTHORIZED = 'unauthorized';

/** Joins the chat. @returns the code of the rejection, or `accepted` */
async function tryToEnter(attacker: Attacker, join: string): Promise<string | undefined> {
	const socket = await attacker.inEcho();
	socket.send(join);
	const isAnswer = (heard: string) => heard.startsWith('44/chat,') || heard.includes('session:ready');
	const answer = await socket.until(
		'an answer',
		() => socket.packets.find(isAnswer) ?? (socket.isClosed ? '' : undefined)
	);
	if (answer === '') return 'closed';
	if (!answer.startsWith('44')) return 'accepted';
	// The format in which Socket.IO sends a rejection.
	const { data } = JSON.parse(answer.slice('44/chat,'.length)) as { data?: { code?: string } };
	return data?.code;
}

function withToken(token: unknown): Case['attack'] {
	return (attacker) => tryToEnter(attacker, chatPacket({ token }));
}

const TOKENS: Case[] = (
	[
		['null', null],
		['a number', 7],
		['true', true],
		['a list', ['x']],
		['an object', { toString: 'x' }],
		['nothing', ''],
		['a guess', randomBytes(32).toString('base64url')],
		['one letter too few', 'A'.repeat(42)],
		['one letter too many', 'A'.repeat(44)],
		['60,000 letters', 'A'.repeat(60_000)],
		['base64 of another alphabet', `${'A'.repeat(41)}+/`],
		['a line after it', `${'A'.repeat(43)}\n`],
		['SQL', "' OR 1=1 --"],
		['SQL as long as a token', "' OR '1'='1' UNION SELECT * FROM users --   ".slice(0, 43)],
		['a wildcard', '%'.repeat(43)],
		['the prototype', '__proto__'],
		['a method', 'constructor'],
		['a NUL', '\0'.repeat(43)],
		['Korean letters', '가'.repeat(43)],
		['half a letter', '\ud800'.repeat(43)]
	] as const
).map(([name, token]) => ({ name: `a token that is ${name}`, attack: withToken(token), expect: UNAUTHORIZED }));

attackEach('[SESSION-3] authentication', [
	...TOKENS,
	{
		name: 'a token of the prototype',
		attack: (attacker) =>
			tryToEnter(attacker, packet('connect', `/chat,{"__proto__":{"token":"x"},"protocol":${PROTOCOL}}`)),
		expect: 'accepted'
	},
	{
		name: 'a self-chosen name and id',
		attack: (attacker) => tryToEnter(attacker, chatPacket({ user: { id: 'admin' }, name: 'admin' })),
		expect: 'accepted'
	},
	{
		name: 'a list in place of the credentials',
		attack: (attacker) => tryToEnter(attacker, packet('connect', '/chat,[]')),
		expect: 'closed'
	},
	{
		name: 'a text in place of the credentials',
		attack: (attacker) => tryToEnter(attacker, packet('connect', '/chat,"x"')),
		expect: 'closed'
	},
	{
		name: 'an object with 5,000 fields',
		attack: (attacker) => {
			const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`f${index}`, index]));
			return tryToEnter(attacker, chatPacket(fields));
		},
		expect: 'accepted'
	},
	{
		name: 'a token in the address of the page',
		attack: async (attacker) => {
			const socket = await attacker.webSocket({ path: '/socket.io/?EIO=4&transport=websocket&token=x' });
			socket.send(chatPacket());
			return (await socket.untilHeard('42/chat,["session:ready"'))?.includes('"token"');
		},
		expect: true
	},
	{
		name: 'requests after a rejection',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			socket.send(chatPacket({ token: 'x' }));
			await socket.untilHeard('44/chat,');
			socket.send('42/chat,1["room:list",{}]');
			return await attacker.fate(socket);
		},
		expect: { line: 'closed' }
	},
	{
		name: 'a hundred guesses on one connection',
		attack: async (attacker) => {
			const socket = await attacker.inEcho();
			for (let count = 0; count < 100 && !socket.isClosed; count += 1) {
				socket.send(chatPacket({ token: randomBytes(32).toString('base64url') }));
				await socket.until(
					'an answer',
					() => socket.packets.filter((heard) => heard.startsWith('44')).length > count || socket.isClosed || undefined
				);
			}
			return socket.packets.some((heard) => heard.includes('session:ready'));
		},
		expect: false
	}
]);

/** The token of a new guest, and its connection, left open. */
async function newGuest(port: number) {
	const attacker = new Attacker(port);
	onTestFinished(() => attacker.leave());
	const socket = await attacker.inChat();
	const heard = (await socket.untilHeard('42/chat,["session:ready"')) ?? '';
	const [, { token }] = JSON.parse(heard.slice('42/chat,'.length)) as [string, { token: string }];
	return { attacker, token };
}

test('[SESSION-3] a token of another database is unauthorized', async () => {
	const [here, elsewhere] = await Promise.all([startProcess(), startProcess()]);
	const { token } = await newGuest(elsewhere.port);
	const { attacker } = await newGuest(here.port);
	expect(await withToken(token)(attacker)).toBe(UNAUTHORIZED);
});

// The test edits an SQLite file.
test.skipIf(inject('engines'))('[SESSION-3] a token that was revoked is unauthorized from then on', async () => {
	const database = temporaryDatabase();
	onTestFinished(() => database.remove());
	const { port } = await startProcess({ DATABASE_URL: database.url });
	const { attacker, token } = await newGuest(port);
	expect(await withToken(token)(attacker)).toBe('accepted');

	const store = new DatabaseSync(database.file);
	const tokenHash = createHash('sha256').update(token).digest();
	expect(store.prepare('DELETE FROM sessions WHERE token_hash = ?').run(tokenHash).changes).toBe(1);
	store.close();

	expect(await withToken(token)(attacker)).toBe(UNAUTHORIZED);
});
