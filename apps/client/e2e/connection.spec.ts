import { Proxy } from '@digda/testkit/proxy/Proxy.ts';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { EchoPage } from './EchoPage.ts';
import { RoomPage } from './RoomPage.ts';
import { expect, testAlone as test } from './test.ts';

declare global {
	interface Window {
		/** The states of the pill, in order. */
		seen: string[];
	}
}

test(
	'the page reconnects after a kill of the server, and sends waiting texts once and in order',
	{ tag: '@main' },
	async ({ echo, server, serve }) => {
		await echo.say('before');
		await echo.expectAnswer('before');

		await server.stop('SIGKILL');
		await expect(echo.pill).toContainText('Offline');
		await expect(echo.pill).toContainText('The server cannot be reached');
		const texts = ['하나', '둘', '셋'];
		for (const text of texts) await echo.say(text);
		await expect(echo.entries.filter({ hasText: 'Waiting to reconnect' })).toHaveCount(3);

		const next = await serve({ PORT: String(server.port) });
		await echo.expectConnected();
		for (const text of texts) await echo.expectAnswer(text);
		await expect(echo.entries.filter({ hasText: 'Waiting to reconnect' })).toHaveCount(0);
		await expect.poll(() => next.heard).toEqual(texts);
		await expect(echo.entries).toHaveText([
			/before/,
			/서버입니다: before/,
			...texts.map((text) => new RegExp(text)),
			...texts.map((text) => new RegExp(`서버입니다: ${text}`))
		]);
	}
);

test('the page reconnects after an orderly restart of the server', async ({ echo, server, serve }) => {
	await echo.expectConnected();
	expect(await server.stop('SIGTERM')).toBe(0);
	await expect(echo.pill).toContainText('Offline');

	await serve({ PORT: String(server.port) });
	await echo.expectConnected();
	await echo.say('again');
	await echo.expectAnswer('again');
});

test('the page notices a lost network, and reconnects without a delay when it is back', async ({ echo, context }) => {
	await echo.expectConnected();
	await expect(echo.pill).toHaveText('Connected · WebSocket');
	let failures = 0;
	echo.page.on('requestfailed', (request) => {
		if (request.url().includes('/socket.io/')) failures += 1;
	});
	await context.setOffline(true);
	await expect(echo.pill).toHaveAttribute('data-connection', 'reconnecting');
	await expect(echo.pill).toContainText('Offline · messages will send when you’re back online');
	await echo.say('offline');

	// After three attempts the delay is 4 s or more.
	await expect.poll(() => failures).toBeGreaterThanOrEqual(3);
	await context.setOffline(false);
	await expect(echo.pill).toHaveText('Back online', { timeout: 3_000 });
	await echo.expectAnswer('offline');
});

// Engine.IO itself listens to `offline`, but not at `localhost`.
for (const host of ['127.0.0.1', 'localhost']) {
	test(`at ${host}, the page shows an offline network within 2 s, and nothing if the browser was wrong`, async ({
		context,
		page,
		server
	}) => {
		const proxy = await Proxy.start(server.port);
		const room = await new RoomPage(page).open(`http://${host}:${proxy.port}`, 'lobby');
		await page.evaluate(() => {
			const seen: string[] = (window.seen = []);
			const pill = document.querySelector('[data-connection]');
			new MutationObserver(() => seen.push(pill?.getAttribute('data-connection') ?? '')).observe(pill ?? document, {
				attributes: true
			});
		});
		for (let times = 0; times < 3; times += 1) {
			await page.evaluate(() => dispatchEvent(new Event('offline')));
			await room.say(`not gone ${times}`);
		}
		const texts = ['not gone 0', 'not gone 1', 'not gone 2'];
		await room.expectMessages(texts);
		expect(await page.evaluate(() => window.seen)).not.toContain('reconnecting');

		const swallow = async () => {
			proxy.mute('up', 'down');
			proxy.isBlackHole = true;
			await page.evaluate(() => dispatchEvent(new Event('offline')));
		};
		for (const goOffline of [swallow, () => context.setOffline(true)]) {
			await goOffline();
			await expect(room.pill).toHaveAttribute('data-connection', 'reconnecting', { timeout: 2_000 });
			texts.push(`offline ${texts.length}`);
			await room.say(texts.at(-1) ?? '');
			await room.expectWaiting(texts.at(-1) ?? '');
			proxy.isBlackHole = false;
			await context.setOffline(false);
			await page.evaluate(() => dispatchEvent(new Event('online')));
			await expect(room.pill).toHaveAttribute('data-connection', /back|connected/);
			await room.expectMessages(texts);
		}
		await proxy.close();
	});
}

for (const mode of ['rejected', 'unanswered', 'dead'] as const) {
	test.describe(`where WebSocket is ${mode}`, () => {
		test.use({ front: mode });

		test('the page uses polling', { tag: mode === 'rejected' ? '@main' : [] }, async ({ echo }) => {
			await echo.expectConnected(/polling/);
			await expect(echo.pill).toContainText('WebSocket is blocked');
			await echo.say('안녕하세요');
			await echo.expectAnswer('안녕하세요');
		});
	});
}

test('a page with waiting texts asks before it is closed', async ({ echo, server }) => {
	await echo.say('answered');
	await echo.expectAnswer('answered');
	await server.stop('SIGKILL');
	await expect(echo.pill).toContainText('Offline');
	await echo.say('waits');

	const dialog = echo.page.waitForEvent('dialog');
	const closing = echo.page.close({ runBeforeUnload: true });
	expect((await dialog).type()).toBe('beforeunload');
	await (await dialog).dismiss();
	await closing;
	await expect(echo.entries.filter({ hasText: 'Waiting to reconnect' })).toHaveCount(1);
});

test('a text that a stopped server has not answered is marked', async ({ echo, server }) => {
	await echo.expectConnected();
	server.child.kill('SIGSTOP');
	await echo.say('hello?');
	await expect(echo.page.getByText('Waiting for an answer')).toBeVisible();
	server.child.kill('SIGCONT');
	await echo.expectAnswer('hello?');
	await expect(echo.page.getByText('Waiting for an answer')).toHaveCount(0);
});

test('[LINE-2] the page connects under a listed host name, and over neither transport under an unlisted one', async ({
	page,
	serve
}) => {
	const PORT = String(await reservePort());
	const origin = `http://chat.localhost:${PORT}`;
	const unlisted = await serve({ PORT });
	const echo = new EchoPage(page);
	await page.goto(origin);
	await expect(echo.pill).toHaveAttribute('data-connection', 'rejected');
	await expect(echo.pill).toContainText('address may not be allowed (HTTP 403)');
	await expect.poll(() => unlisted.lines.at(-1)?.msg).toContain(`Rejected the origin ${origin}`);
	await unlisted.stop('SIGTERM');

	await serve({ PORT, CLIENT_ORIGIN: origin });
	await echo.expectConnected();
	expect(unlisted.lines.filter(({ msg }) => msg.startsWith('Client connected'))).toEqual([]);
});
