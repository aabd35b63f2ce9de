import type { Page } from '@playwright/test';
import { PROTOCOL } from '@digda/protocol';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { buildNext } from './next-build.ts';
import { RoomPage } from './RoomPage.ts';
import { expect, testAlone } from './test.ts';
import { Wire } from './Wire.ts';

interface Deployment {
	url: string;
	/** Replaces the server by a server with another build. */
	deployNext: () => Promise<void>;
}

const test = testAlone.extend<{ deployment: Deployment }>({
	// A service worker would keep the files of the old build.
	serviceWorkers: 'block',
	deployment: async ({ serve }, use) => {
		const database = temporaryDatabase();
		const variables = { PORT: String(await reservePort()), DATABASE_URL: database.url };
		const next = await buildNext();
		const old = await serve(variables);
		await use({
			url: old.url,
			deployNext: async () => {
				await old.stop('SIGKILL');
				await serve(variables, { run: { page: next.folder } });
			}
		});
		await next.remove();
		database.remove();
	}
});

test('the page reloads once for a dialog of a replaced build, and then opens it', async ({ page, deployment }) => {
	const room = await new RoomPage(page).open(deployment.url, 'lobby');
	await room.field.fill('a draft');
	// A part of the page that is still loading would reload it earlier.
	await page.waitForLoadState('networkidle');
	await deployment.deployNext();
	await room.expectConnected();
	let loads = 0;
	page.on('domcontentloaded', () => (loads += 1));
	await room.rooms.getByRole('button', { name: 'Add a room' }).click();
	await expect(page.locator('html')).toHaveAttribute('data-build', 'next');
	await room.expectConnected();
	await expect(room.field).toHaveValue('a draft');
	await expect(await room.openFinder()).toBeVisible();
	expect(loads).toBe(1);
	expect(await page.getByText('There is a new version').count()).toBe(0);
});

test('the page reloads once for the panel of a private room', async ({ page, deployment }) => {
	const room = await new RoomPage(page).open(deployment.url, 'lobby');
	await room.createPrivateRoom('우리끼리');
	await expect(page).toHaveURL(/rooms\/~/);
	await room.expectConnected();
	await page.waitForLoadState('networkidle');
	await deployment.deployNext();
	await room.expectConnected();
	await page.getByRole('button', { name: /\d+ online/ }).click();
	await expect(page.locator('html')).toHaveAttribute('data-build', 'next');
	await room.expectConnected();
	await room.openPeople();
	await expect(page.getByRole('button', { name: /invit/i })).toBeVisible();
});

test('a page with an unsaved text shows that there is a new version, and does not reload', async ({
	page,
	deployment
}) => {
	await page.addInitScript(() => {
		Object.defineProperty(window, 'indexedDB', { get: () => undefined });
	});
	const wire = await new Wire().tap(page);
	const room = await new RoomPage(page).open(deployment.url, 'lobby');
	wire.hold('message:send');
	await room.say('not stored yet');
	const unsent = room.rows.filter({ hasText: 'not stored yet' });
	await expect(unsent).toContainText('Lost if you reload');
	await deployment.deployNext();
	await room.expectConnected();
	await room.rooms.getByRole('button', { name: 'Add a room' }).click();
	await expect(page.getByText('There is a new version')).toBeVisible();
	await expect(unsent).toBeVisible();
	expect(await page.locator('html').getAttribute('data-build')).toBeNull();
});

/** Makes the page use an older protocol while it should be outdated. */
async function age(page: Page, isOutdated: () => boolean): Promise<void> {
	await page.routeWebSocket(/socket\.io/, (socket) => {
		const server = socket.connectToServer();
		socket.onMessage((packet) => {
			const older = String(packet).replace(`"protocol":${PROTOCOL}`, `"protocol":${PROTOCOL - 1}`);
			server.send(isOutdated() ? older : packet);
		});
	});
}

test('[SESSION-9] an outdated page reloads once its text is stored, and sends it', async ({ page, deployment }) => {
	let isOld = false;
	await age(page, () => isOld);
	const room = await new RoomPage(page).open(deployment.url, 'lobby');
	isOld = true;
	let loads = 0;
	page.on('domcontentloaded', () => {
		isOld = false;
		loads += 1;
	});
	await page.context().setOffline(true);
	await room.say('typed before');
	await room.expectWaiting('typed before');
	await room.expectSaved();
	await room.field.fill('a draft');
	await page.context().setOffline(false);
	await deployment.deployNext();
	await expect(page.locator('html')).toHaveAttribute('data-build', 'next');
	await room.expectMessages(['typed before']);
	await expect(room.field).toHaveValue('a draft');
	expect(loads).toBe(1);
	expect(room.complaints).toEqual([]);
});

test('[SESSION-9] a page that stays outdated reloads once, and shows the reason', async ({ page, deployment }) => {
	let isOld = false;
	await age(page, () => isOld);
	const room = await new RoomPage(page).open(deployment.url, 'lobby');
	isOld = true;
	let loads = 0;
	page.on('domcontentloaded', () => (loads += 1));
	await deployment.deployNext();
	await expect(page.locator('html')).toHaveAttribute('data-build', 'next');
	await expect(room.pill).toContainText('this page is out of date');
	await room.say('kept');
	await room.expectWaiting('kept');
	isOld = false;
	await room.expectMessages(['kept']);
	expect(loads).toBe(1);
});
