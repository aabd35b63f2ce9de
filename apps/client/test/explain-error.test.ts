import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { explainError, isRefusal } from '#lib/connection/explain-error.ts';
import { m } from '#lib/paraglide/messages.js';
import type { SocketWrapperOptions } from '#lib/socket';
import { createWrapper, nextEvent, startBlog, startDigda, type EchoWrapper } from './support/servers.ts';

const SLOW = { reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 };

/** Why there is no connection, once the first attempt is over. */
async function reasonOf(wrapper: EchoWrapper, url: string, options: SocketWrapperOptions = {}, end = 'connect_error') {
	const over = nextEvent(wrapper, end as 'connect_error');
	wrapper.connect(url, { ...SLOW, ...options });
	await over;
	const error = wrapper.error.current;
	if (!error) throw new Error('it is connected');
	return { isRefused: isRefusal(error), text: explainError(error) };
}

/** Lets the blog's server refuse requests as Engine.IO does when the origin is a foreign one. */
async function startRefusing(refuses: (request: IncomingMessage) => boolean) {
	const { io, url } = await startBlog();
	io.engine.use((request: IncomingMessage, _response: unknown, next: (error?: Error) => void) => {
		next(refuses(request) ? new Error('no') : undefined);
	});
	return url;
}

test('a server that refuses both transports is told from polling', async () => {
	const reason = await reasonOf(createWrapper(), await startRefusing(() => true));
	expect(reason.isRefused).toBe(true);
	expect(reason.text).toContain('HTTP 400');
});

test('a refusal half-way is kept when the attempt ends', async () => {
	const url = await startRefusing(({ method }) => method === 'POST');
	const reason = await reasonOf(createWrapper(), url, { transports: ['polling'] }, 'disconnect');
	expect(reason.isRefused).toBe(true);
	expect(reason.text).toContain('HTTP 400');
});

test('what a middleware refuses is told in its words', async () => {
	const { io, url } = await startBlog();
	io.use((_socket, next) => next(new Error('not now')));
	expect(await reasonOf(createWrapper(), url)).toEqual({ isRefused: true, text: 'not now' });
});

test('a server that asks to wait refuses nothing', async () => {
	const { io, url } = await startBlog();
	const data = { code: 'rate_limited', retryAfterMs: 1_000 };
	io.use((_socket, next) => next(Object.assign(new Error('too many'), { data })));
	const { isRefused, text } = await reasonOf(createWrapper(), url);
	expect(isRefused).toBe(false);
	expect(text).toBe(m.reason_busy());
});

test('a server that is not there refuses nothing', async () => {
	const { url, close } = await startDigda();
	await close();
	const { isRefused, text } = await reasonOf(createWrapper(), url);
	expect(isRefused).toBe(false);
	expect(text).not.toContain('HTTP');
});
