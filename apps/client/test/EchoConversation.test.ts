import { expect, test, vi } from 'vitest';
import { Answer, EchoConversation } from '#lib/echo/EchoConversation.svelte.ts';
import { connected, createWrapper, fallAsleep, nextEvent, QUICK, startBlog, startDigda } from './support/servers.ts';

/** Creates a conversation, and a function that returns its texts with their states, in order. */
function createConversation() {
	const wrapper = createWrapper();
	const conversation = new EchoConversation(wrapper);
	const lines = () =>
		conversation.entries.map((entry) => (entry instanceof Answer ? entry.text : `${entry.text} (${entry.state})`));
	return { wrapper, conversation, lines };
}

/** Creates a connected conversation. */
async function openConversation(url: string) {
	const created = createConversation();
	const connect = nextEvent(created.wrapper, 'connect');
	const close = created.conversation.open(url, QUICK);
	await connect;
	return { ...created, close };
}

test('a question gets an answer with its round trip', async () => {
	const { url } = await startDigda();
	const { conversation, lines } = await openConversation(url);

	conversation.say('안녕');
	expect(lines()).toEqual(['안녕 (sent)']);
	await expect.poll(() => lines()).toEqual(['안녕 (answered)', '서버입니다: 안녕']);
	const answer = conversation.entries[1];
	expect(answer instanceof Answer && answer.roundTripMs).toBeGreaterThan(0);
});

test('questions without a connection wait, and are sent once and in order', async () => {
	const { io, url } = await startBlog();
	const received: string[] = [];
	io.on('connection', (socket) => socket.onAny((_event, text: string) => received.push(text)));
	const { conversation, lines } = createConversation();
	const texts = ['하나', '둘', '셋'];
	for (const text of texts) conversation.say(text);
	expect(lines()).toEqual(texts.map((text) => `${text} (waiting)`));

	conversation.open(url, QUICK);
	const answers = texts.map((text) => `서버입니다: ${text}`);
	await expect.poll(() => lines()).toEqual([...texts.map((text) => `${text} (answered)`), ...answers]);
	conversation.say('넷');
	await expect.poll(() => lines().at(-1)).toBe('서버입니다: 넷');
	expect(received).toEqual([...texts, '넷']);
});

test('questions without an answer are sent again on the next connection, and answered once', async () => {
	const { io, url } = await startBlog();
	let isDeaf = true;
	io.use((socket, next) => {
		// The server receives the question and stops before it answers.
		if (isDeaf) socket.use(() => socket.conn.close());
		next();
	});
	const { wrapper, conversation, lines } = await openConversation(url);
	const lost = nextEvent(wrapper, 'disconnect');
	conversation.say('안녕');
	await lost;
	expect(lines()).toEqual(['안녕 (waiting)']);

	isDeaf = false;
	await expect.poll(() => lines()).toEqual(['안녕 (answered)', '서버입니다: 안녕']);
});

test('a question is sent at most three times when each connection ends before the answer', async () => {
	const { io, url } = await startBlog();
	let asked = 0;
	io.use((socket, next) => {
		socket.use(([, text], pass) => {
			if (text !== 'poison') {
				pass();
				return;
			}
			asked += 1;
			socket.conn.close();
		});
		next();
	});
	const { conversation, lines } = await openConversation(url);
	conversation.say('poison');

	await expect.poll(() => lines()).toEqual(['poison (unanswered)']);
	conversation.say('later');
	await expect.poll(() => lines()).toEqual(['poison (unanswered)', 'later (answered)', '서버입니다: later']);
	expect(asked).toBe(3);
});

test('a question on an undetected dead connection is sent once, on the next connection', async () => {
	const { io, url } = await startBlog();
	const received: string[] = [];
	io.on('connection', (socket) => socket.onAny((_event, text: string) => received.push(text)));
	const { conversation, lines } = await openConversation(url);

	fallAsleep();
	conversation.say('after sleep');
	vi.useRealTimers();

	await expect.poll(() => lines()).toEqual(['after sleep (answered)', '서버입니다: after sleep']);
	conversation.say('later');
	await expect.poll(() => lines().at(-1)).toBe('서버입니다: later');
	expect(received).toEqual(['after sleep', 'later']);
});

test('the same text twice gets two answers, and an answer without a question is shown, too', async () => {
	const { io, url } = await startBlog();
	const { conversation, lines } = await openConversation(url);

	io.emit('eventFromServer', '공지');
	await expect.poll(() => lines()).toEqual(['공지']);
	conversation.say('x');
	conversation.say('x');
	await expect.poll(() => lines()).toEqual(['공지', 'x (answered)', 'x (answered)', '서버입니다: x', '서버입니다: x']);
});

test('an open page removes old answered questions, and never pending ones', async () => {
	const { url } = await startDigda();
	const { conversation, lines } = createConversation();
	for (let number = 0; number < 500; number += 1) conversation.say(String(number));
	expect(lines()[0]).toBe('0 (waiting)');

	conversation.open(url, QUICK);
	await expect.poll(() => lines().at(-1)).toBe('서버입니다: 499');
	expect(lines()).toHaveLength(300);
	expect(lines()[0]).toBe('서버입니다: 200');
});

test('a closed conversation leaves no socket and no listener', async () => {
	const { io, url } = await startBlog();
	const { wrapper, close, lines } = await openConversation(url);
	expect(io.engine.clientsCount).toBe(1);

	close();
	await expect.poll(() => io.engine.clientsCount).toBe(0);
	await connected(wrapper, url);
	const answer = nextEvent(wrapper, 'eventFromServer');
	wrapper.emit('eventFromClient', 'x');
	await answer;
	expect(lines()).toEqual([]);
});
