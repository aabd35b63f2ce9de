import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { explainError } from '#lib/connection/explain-error.ts';
import { isRejection } from '#lib/connection/is-rejection.ts';
import { m } from '#lib/paraglide/messages.js';
import type { SocketWrapperOptions } from '#lib/socket';
import { createWrapper, nextEvent, startBlog, startDigda, type EchoWrapper } from './support/servers.ts';

const SLOW = { reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 };

/** Returns the error of the first attempt. */
async function reasonOf(wrapper: EchoWrapper, url: string, options: SocketWrapperOptions = {}, end = 'connect_error') {
	const over = nextEvent(wrapper, end as 'connect_error');
	wrapper.connect(url, { ...SLOW, ...options });
	await over;
	const error = wrapper.error.current;
	if (!error) throw new Error('it is connected');
	return { isRejected: isRejection(error), text: explainError(error) };
}

/** Makes the blog's server reject requests like Engine.IO rejects a foreign origin. */
async function startRejecting(rejects: (request: IncomingMessage) => boolean) {
	const { io, url } = await startBlog();
	io.engine.use((request: IncomingMessage, _response: unknown, next: (error?: Error) => void) => {
		next(rejects(request) ? new Error('no') : undefined);
	});
	return url;
}

test('a rejection of both transports is detected by the status of polling', async () => {
	const reason = await reasonOf(createWrapper(), await startRejecting(() => true));
	expect(reason.isRejected).toBe(true);
	expect(reason.text).toContain('HTTP 400');
});

test('a rejection during an attempt is kept when the attempt ends', async () => {
	const url = await startRejecting(({ method }) => method === 'POST');
	const reason = await reasonOf(createWrapper(), url, { transports: ['polling'] }, 'disconnect');
	expect(reason.isRejected).toBe(true);
	expect(reason.text).toContain('HTTP 400');
});

test('a rejection of a middleware is shown in its own words', async () => {
	const { io, url } = await startBlog();
	io.use((_socket, next) => next(new Error('not now')));
	expect(await reasonOf(createWrapper(), url)).toEqual({ isRejected: true, text: 'not now' });
});

test('a request to wait is not a rejection', async () => {
	const { io, url } = await startBlog();
	const data = { code: 'rate_limited', retryAfterMs: 1_000 };
	io.use((_socket, next) => next(Object.assign(new Error('too many'), { data })));
	const { isRejected, text } = await reasonOf(createWrapper(), url);
	expect(isRejected).toBe(false);
	expect(text).toBe(m.reason_busy());
});

test('an unreachable server is not a rejection', async () => {
	const { url, close } = await startDigda();
	await close();
	const { isRejected, text } = await reasonOf(createWrapper(), url);
	expect(isRejected).toBe(false);
	expect(text).not.toContain('HTTP');
});
