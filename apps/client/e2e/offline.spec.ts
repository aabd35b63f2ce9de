import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Page } from '@playwright/test';
import { servePage } from '../../server/src/http/page/page.ts';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { buildNext } from './next-build.ts';
import { RoomPage } from './RoomPage.ts';
import { talk } from './talk.ts';
import { expect, test, testAlone } from './test.ts';
import { Wire } from './Wire.ts';

/** Waits until the files of the page are cached and the service worker controls it. */
async function untilKept(page: Page) {
	await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
	// The page must not depend on the HTTP cache, which the browser may clear at any time.
	const session = await page.context().newCDPSession(page);
	await session.send('Network.clearBrowserCache');
}

/** Returns the rooms with kept messages; runs in the page. */
async function keptRooms() {
	const opening = indexedDB.open('digda-kept');
	await new Promise((resolve) => (opening.onsuccess = resolve));
	const keys = opening.result.transaction('rooms').objectStore('rooms').getAllKeys();
	await new Promise((resolve) => (keys.onsuccess = resolve));
	opening.result.close();
	return keys.result;
}

/**
 * Responds in place of a server.
 * @returns the function that stops it
 */
async function listen(port: number, answer: RequestListener) {
	const server = createServer(answer).listen(port, '127.0.0.1');
	await once(server, 'listening');
	return () => {
		server.close();
		server.closeAllConnections();
	};
}

testAlone(
	'a room opens without a server and shows its waiting messages, which all arrive once',
	{ tag: '@main' },
	async ({ browser, page, serve }) => {
		const database = temporaryDatabase();
		const variables = { PORT: String(await reservePort()), DATABASE_URL: database.url };
		const server = await serve(variables);
		const room = await new RoomPage(page).open(server.url, '로비');
		await room.say('before');
		await room.expectMessages(['before']);
		await untilKept(page);

		await server.stop('SIGKILL');
		await room.say('during');
		await room.expectWaiting('during');
		await room.expectSaved();
		await page.reload();
		await room.expectWaiting('during');
		await room.say('after the reload');
		await room.expectWaiting('after the reload');

		await serve(variables);
		const texts = ['before', 'during', 'after the reload'];
		await room.expectMessages(texts);
		const other = await browser.newContext();
		await (await new RoomPage(await other.newPage()).open(server.url, '로비')).expectMessages(texts);
		expect(room.complaints).toEqual([]);
		await other.close();
		database.remove();
	}
);

testAlone('the home page and an unvisited room open without a server', async ({ context, page, server }) => {
	const online = await page.goto(server.url);
	await untilKept(page);
	await server.stop('SIGKILL');
	const next = new RoomPage(await context.newPage());
	const offline = await next.page.goto(server.url);
	expect(await offline?.text()).toBe(await online?.text());
	await expect(next.field).toBeVisible();
	await next.page.goto(`${server.url}/rooms/new`);
	await next.say('first');
	await next.expectWaiting('first');
});

testAlone(
	'[KEPT-1] a room shows its kept messages without a server, and marks them',
	async ({ browser, context, page, serve }) => {
		const database = temporaryDatabase();
		const variables = { PORT: String(await reservePort()), DATABASE_URL: database.url };
		const server = await serve(variables);
		const room = await new RoomPage(page).open(server.url, 'lobby');
		const mark = room.log.getByText('The last messages you saw');
		const texts = Array.from({ length: 120 }, (_, index) => `text ${index + 1}`);
		await talk(server.url, 'lobby', texts);
		await expect(room.rows.last()).toContainText('text 120');
		await expect(mark).toHaveCount(0);
		await room.goTo('hall');
		await room.expectConnected();
		// In a closed room, one message is sent and one is deleted.
		const other = await new RoomPage(await (await browser.newContext()).newPage()).open(server.url, 'lobby');
		await other.say('to be deleted');
		await other.say('the last');
		await expect(room.link('lobby')).toContainText('2');
		await other.delete('to be deleted');
		await expect(room.link('lobby')).toContainText('1');
		await untilKept(page);

		await server.stop('SIGKILL');
		await page.goto(`${server.url}/rooms/lobby`);
		await expect(room.rows).toHaveCount(100);
		await expect(room.rows.last()).toContainText('the last');
		await expect(room.log).toContainText('Deleted message');
		await expect(room.row('to be deleted')).toHaveCount(0);
		await expect(mark).toBeVisible();
		await expect(page.getByRole('button', { name: /\d+ online/ })).toHaveCount(0);
		await room.say('while away');
		await room.expectWaiting('while away');

		await serve(variables);
		await room.expectConnected();
		await expect(mark).toHaveCount(0);
		await expect(room.rows.last()).toContainText('while away');
		await room.leave();
		await expect(page.getByRole('alert')).toContainText('You have left');
		await expect.poll(() => page.evaluate(keptRooms)).toEqual(['hall']);
		expect(room.complaints).toEqual([]);
		await context.close();
		database.remove();
	}
);

test('[KEPT-1] a late list removes no kept messages of a room that was joined meanwhile', async ({
	page,
	site,
	lobby,
	hall
}) => {
	const wire = await new Wire().tap(page);
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect.poll(() => page.evaluate(keptRooms)).toEqual([lobby]);
	const lists = wire.requests.filter((name) => name === 'room:list').length;
	const answer = wire.holdAnswers('room:list');
	await room.goTo(hall);
	await room.expectConnected();
	await expect.poll(() => wire.requests.filter((name) => name === 'room:list').length).toBe(lists + 2);
	await expect.poll(() => page.evaluate(keptRooms)).toEqual([hall, lobby]);
	answer();
	await expect(room.link(hall)).toBeVisible();
	expect(await page.evaluate(keptRooms)).toEqual([hall, lobby]);
});

test('[KEPT-1] a deletion during an absence removes the kept messages of its room', async ({
	browser,
	page,
	site,
	lobby,
	hall
}) => {
	const other = await new RoomPage(await (await browser.newContext()).newPage()).open(site.url, lobby);
	await other.say('to be deleted');
	await other.say('the last');
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.goTo(hall);
	await room.expectConnected();
	await expect.poll(() => page.evaluate(keptRooms)).toEqual([hall, lobby]);

	await page.goto('about:blank');
	await other.delete('to be deleted');
	await expect(other.row('to be deleted')).toHaveCount(0);
	await room.open(site.url, hall);
	await expect.poll(() => page.evaluate(keptRooms)).toEqual([hall]);
	await room.link(lobby).click();
	await expect.poll(() => page.evaluate(keptRooms)).toEqual([hall, lobby]);
	expect(room.complaints).toEqual([]);
});

testAlone('a room opens while the server does not respond', async ({ page, server }) => {
	const room = await new RoomPage(page).open(server.url, 'lobby');
	await untilKept(page);
	server.child.kill('SIGSTOP');
	await page.reload({ timeout: 15_000 });
	await room.say('hello?');
	await room.expectWaiting('hello?');
	server.child.kill('SIGCONT');
	await room.expectMessages(['hello?']);
});

testAlone('a room opens while a proxy responds for a dead server', async ({ page, server }) => {
	const room = await new RoomPage(page).open(server.url, 'lobby');
	await untilKept(page);
	await server.stop('SIGKILL');
	const close = await listen(server.port, (_, response) => response.writeHead(502).end('Bad gateway'));
	await page.reload();
	await room.say('hello?');
	await room.expectWaiting('hello?');
	close();
});

testAlone(
	'a new build takes over at once, and a tab of the old build works until it opens as the new one without a server',
	async ({ context, page, serve }) => {
		const database = temporaryDatabase();
		const variables = { PORT: String(await reservePort()), DATABASE_URL: database.url };
		const server = await serve(variables);
		const room = await new RoomPage(page).open(server.url, 'lobby');
		await untilKept(page);
		await server.stop('SIGKILL');
		const next = await buildNext();
		const close = await listen(server.port, servePage(next.folder));
		const tab = await context.newPage();
		const online = await tab.goto(`${server.url}/rooms/lobby`);
		expect(await online?.text()).toContain('data-build="next"');
		await tab.close();
		await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
		await expect.poll(() => page.evaluate(() => caches.keys())).toEqual(['digda-next']);
		await room.say('from the old one');
		await room.expectWaiting('from the old one');
		await room.expectSaved();

		close();
		await page.reload();
		await expect(page.locator('html')).toHaveAttribute('data-build', 'next');
		await serve(variables);
		await room.expectMessages(['from the old one']);
		expect(room.complaints).toEqual([]);
		await next.remove();
		database.remove();
	}
);

testAlone(
	'a notification opens its room without a reload in the open tab, else in a new tab',
	async ({ context, page, server }) => {
		await context.grantPermissions(['notifications']);
		const room = await new RoomPage(page).open(server.url, 'lobby');
		await untilKept(page);
		const [worker] = context.serviceWorkers();
		/** In a headless browser no real click is possible, and only a real click may focus a window. */
		const click = () =>
			worker?.evaluate<string[]>(`(async () => {
			const opened = [];
			Clients.prototype.openWindow = async (url) => opened.push(url);
			WindowClient.prototype.focus = async () => opened.push('focus');
			await registration.showNotification('digda', { data: { url: '/rooms/hall' } });
			const [notification] = await registration.getNotifications();
			const event = new NotificationEvent('notificationclick', { notification });
			await new Promise((resolve) => {
				event.waitUntil = resolve;
				dispatchEvent(event);
			});
			return [...opened, ...(await registration.getNotifications()).map(() => 'still shown')];
		})()`);

		await page.locator('html').evaluate((html) => (html.dataset['mark'] = 'not reloaded'));
		expect(await click()).toEqual(['focus']);
		await expect(page).toHaveURL(`${server.url}/rooms/hall`);
		await expect(page.locator('html')).toHaveAttribute('data-mark', 'not reloaded');
		await room.expectConnected();

		await page.goto('about:blank');
		expect(await click()).toEqual(['/rooms/hall']);
	}
);

test('the page can be installed, and its icons have the declared sizes', async ({ page, site }) => {
	await page.goto(site.url);
	const session = await page.context().newCDPSession(page);
	const { errors, data, url } = await session.send('Page.getAppManifest');
	expect(errors).toEqual([]);
	// The browser's own check. It reports only that the test uses a private profile.
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);

	const { icons } = JSON.parse(data ?? '') as { icons: { src: string; sizes: string }[] };
	const touch = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
	const sizeOf = (src: string) =>
		page.evaluate(async (address) => {
			const { width, height } = await createImageBitmap(await (await fetch(address)).blob());
			return `${width}x${height}`;
		}, new URL(src, url).href);
	expect(icons).toHaveLength(3);
	for (const { src, sizes } of icons) expect(await sizeOf(src), src).toBe(sizes);
	expect(await sizeOf(touch ?? '')).toBe('180x180');
});
