import { expect, test, vi } from 'vitest';
import { Answer, EchoConversation } from '#lib/echo/EchoConversation.svelte.ts';
import { connected, createWrapper, fallAsleep, nextEvent, QUICK, startBlog, startDigda } from './support/servers.ts';

/** A conversation, and its texts with their state, in the order of the page. */
function createConversation() {
	const wrapper = createWrapper();
	const conversation = new EchoConversation(wrapper);
	const lines = () =>
		conversation.entries.map((entry) => (entry instanceof Answer ? entry.text : `${entry.text} (${entry.state})`));
	return { wrapper, conversation, lines };
}

/** A conversation that is connected. */
async function openConversation(url: string) {
	const created = createConversation();
	const connect = nextEvent(created.wrapper, 'connect');
	const close = created.conversation.open(url, QUICK);
	await connect;
	return { ...created, close };
}

test('a text is answered, with its round trip', async () => {
	const { url } = await startDigda();
	const { conversation, lines } = await openConversation(url);

	conversation.say('안녕');
	expect(lines()).toEqual(['안녕 (sent)']);
	await expect.poll(() => lines()).toEqual(['안녕 (answered)', '서버입니다: 안녕']);
	const answer = conversation.entries[1];
	expect(answer instanceof Answer && answer.roundTripMs).toBeGreaterThan(0);
});

test('what was said without a connection waits and leaves in order, once', async () => {
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

test('what the server did not answer before the line broke is asked again and answered once', async () => {
	const { io, url } = await startBlog();
	let isDeaf = true;
	io.use((socket, next) => {
		// A server that hears and dies before it answers.
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

test('a question before whose answer the line breaks each time is asked three times, then given up', async () => {
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

test('what is said on a line that is dead without knowing it leaves once, after the return', async () => {
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

test('the same text twice gets two answers, and an answer that nobody asked for is shown as well', async () => {
	const { io, url } = await startBlog();
	const { conversation, lines } = await openConversation(url);

	io.emit('eventFromServer', '공지');
	await expect.poll(() => lines()).toEqual(['공지']);
	conversation.say('x');
	conversation.say('x');
	await expect.poll(() => lines()).toEqual(['공지', 'x (answered)', 'x (answered)', '서버입니다: x', '서버입니다: x']);
});

test('a page that stays open forgets what was answered long ago, never what waits', async () => {
	const { url } = await startDigda();
	const { conversation, lines } = createConversation();
	for (let number = 0; number < 500; number += 1) conversation.say(String(number));
	expect(lines()[0]).toBe('0 (waiting)');

	conversation.open(url, QUICK);
	await expect.poll(() => lines().at(-1)).toBe('서버입니다: 499');
	expect(lines()).toHaveLength(300);
	expect(lines()[0]).toBe('서버입니다: 200');
});

test('a conversation that is closed leaves no socket and no listener behind', async () => {
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
