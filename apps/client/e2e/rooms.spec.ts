import { AxeBuilder } from '@axe-core/playwright';
import { temporaryDatabase } from '../../server/test/support/temporary-database.ts';
import { fixedPort } from '../../server/test/support/fixed-port.ts';
import { RoomPage } from './RoomPage.ts';
import { talk } from './talk.ts';
import { expect, test } from './test.ts';

/** An address that is this machine and, for a browser, neither secure nor local. */
const PLAIN_HOST = 'digda.test';
test.use({
	launchOptions: async ({ launchOptions }, use) => {
		await use({ ...launchOptions, args: [`--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`] });
	}
});

for (const [where, host] of [
	['on this machine', '127.0.0.1'],
	['over plain http on another address', PLAIN_HOST]
] as const) {
	test(`two people chat ${where}; one is cut off and comes back, one reloads with an unsent message; both see the same`, async ({
		browser,
		serve
	}) => {
		const port = fixedPort();
		const { stop } = bind(await serve({ PORT: String(port), CLIENT_ORIGIN: `http://${host}:${port}` }));
		const url = `http://${host}:${port}`;
		const [here, there] = [await browser.newContext(), await browser.newContext()];
		const one = await new RoomPage(await here.newPage()).open(url, '로비');
		const two = await new RoomPage(await there.newPage()).open(url, '로비');
		expect(await one.page.evaluate(() => isSecureContext)).toBe(host !== PLAIN_HOST);

		await one.say('하나');
		await two.expectMessages(['하나']);
		await two.say('둘');
		await one.expectMessages(['하나', '둘']);

		await there.setOffline(true);
		await two.say('넷');
		await two.expectWaiting('넷');
		await one.say('셋');
		await one.expectMessages(['하나', '둘', '셋']);
		await there.setOffline(false);
		await one.expectMessages(['하나', '둘', '셋', '넷']);
		await two.expectMessages(['하나', '둘', '셋', '넷']);

		await here.setOffline(true);
		await one.say('다섯');
		await one.expectWaiting('다섯');
		await here.setOffline(false);
		await one.page.reload();
		const all = ['하나', '둘', '셋', '넷', '다섯'];
		await one.expectMessages(all);
		await two.expectMessages(all);
		expect([...one.complaints, ...two.complaints]).toEqual([]);
		await stop();
		await here.close();
		await there.close();
	});
}

function bind(server: { stop: (signal: NodeJS.Signals) => Promise<unknown> }) {
	return { stop: () => server.stop('SIGKILL') };
}

test('what was typed while the server was dead survives the tab, and leaves when both are back', async ({
	browser,
	serve
}) => {
	const database = temporaryDatabase();
	const variables = { PORT: String(fixedPort()), DATABASE_URL: database.url };
	const server = await serve(variables);
	const context = await browser.newContext();
	const tab = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
	await tab.say('before');
	await tab.expectMessages(['before']);
	await server.stop('SIGKILL');
	for (const text of ['during', 'the kill']) await tab.say(text);
	await tab.expectWaiting('the kill');
	await tab.page.close();

	await serve(variables);
	const next = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
	await next.expectMessages(['before', 'during', 'the kill']);
	await context.close();
	database.remove();
});

test('scrolling up brings older messages and moves nothing', async ({ page, server }) => {
	const texts = Array.from({ length: 230 }, (_, index) => `message ${index + 1}`);
	await talk(server.url, 'lobby', texts);
	const room = await new RoomPage(page).open(server.url, 'lobby');
	await expect(room.rows).not.toHaveCount(0);
	await expect(room.rows.last()).toBeInViewport();

	for (let seen = await room.rows.count(); seen < texts.length; seen = await room.rows.count()) {
		const first = await room.rows.locator('p[dir=auto]').first().textContent();
		const row = room.rows.filter({ has: page.getByText(first ?? '', { exact: true }) });
		// The reader looks at the first row there is; older ones come in above it.
		const before = await room.log.evaluate((log) => {
			log.scrollTop = 0;
			return log.querySelector('li')?.getBoundingClientRect().top;
		});
		await expect.poll(() => room.rows.count()).toBeGreaterThan(seen);
		const after = await row.evaluate((element) => element.getBoundingClientRect().top);
		expect(Math.abs(after - (before ?? NaN))).toBeLessThanOrEqual(1);
	}
	await room.expectMessages(texts);
	const place = await room.log.evaluate((log) => log.scrollTop);
	await talk(server.url, 'lobby', ['new']);
	await expect(room.rows).toHaveCount(texts.length + 1);
	expect(await room.log.evaluate((log) => log.scrollTop)).toBe(place);
});

test('a reload is the same person, two tabs are one person, and a name can be changed', async ({ browser, server }) => {
	const context = await browser.newContext({ locale: 'ko-KR' });
	const [one, two] = [await context.newPage(), await context.newPage()];
	await Promise.all([one, two].map((tab) => tab.goto(`${server.url}/rooms/lobby`)));
	const nameIn = (tab: typeof one) => tab.getByRole('textbox', { name: '내 이름' });
	await expect(nameIn(one)).toHaveValue(/^[가-힣]+ [가-힣]+$/);
	const name = await nameIn(one).inputValue();
	await expect(nameIn(two)).toHaveValue(name);
	await one.reload();
	await expect(nameIn(one)).toHaveValue(name);
	await expect(one.getByRole('button', { name: '나가기' })).toBeVisible(); // it is connected

	await nameIn(one).fill('수달');
	await one.getByRole('button', { name: '저장' }).click();
	await expect(nameIn(two)).toHaveValue('수달');
	await one.getByRole('textbox', { name: '메시지' }).fill('안녕');
	await one.keyboard.press('Enter');
	await expect(two.getByRole('log').getByRole('listitem')).toContainText('수달');
	await context.close();
});

test('who is here and who types is shown, with the unread messages of another room', async ({ browser, server }) => {
	const [here, there] = [await browser.newContext(), await browser.newContext()];
	const one = await new RoomPage(await here.newPage()).open(server.url, 'lobby');
	const two = await new RoomPage(await there.newPage()).open(server.url, 'lobby');
	await expect(one.page.getByText('2 here')).toBeVisible();
	await two.field.pressSequentially('he');
	await expect(one.page.getByText(`${await two.name()} typing…`)).toBeVisible();
	await two.field.fill('hello');
	await two.field.press('Enter');
	await expect(one.page.getByText('typing…')).toBeHidden();

	await one.page.getByRole('textbox', { name: 'Name of a room' }).fill('Hall');
	await one.page.getByRole('button', { name: 'Open' }).click();
	await expect(one.page).toHaveURL(/\/rooms\/hall$/);
	await one.expectConnected();
	await two.say('are you there?');
	await expect(one.rooms.getByRole('link', { name: 'lobby' })).toContainText('1 unread');
	await one.rooms.getByRole('link', { name: 'lobby' }).click();
	await one.expectMessages(['hello', 'are you there?']);
	await expect(one.rooms.getByRole('link', { name: 'lobby' })).not.toContainText('unread');

	await there.close();
	await expect(one.page.getByText('1 here')).toBeVisible();
	await one.page.getByRole('button', { name: 'Leave' }).click();
	await expect(one.page.getByText('You have left this room.')).toBeVisible();
	await one.page.getByRole('button', { name: 'Join again' }).click();
	await one.expectConnected();
	await here.close();
});

test('a server that does not know the browser is said; what was typed leaves under the new name by a click', async ({
	browser,
	serve
}) => {
	const port = String(fixedPort());
	const server = await serve({ PORT: port });
	const context = await browser.newContext();
	const tab = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
	await server.stop('SIGKILL');
	await tab.say('mine');
	await tab.expectWaiting('mine');

	await serve({ PORT: port }); // with another database
	await expect(tab.page.getByRole('alert').filter({ hasText: 'does not know' })).toBeVisible();
	await tab.page.getByRole('button', { name: 'Go on as a new guest' }).click();
	await tab.expectConnected();
	await expect(tab.rows.filter({ hasText: 'mine' })).toContainText('under another name');
	// Wherever one goes, the list tells of it.
	await tab.page.getByRole('textbox', { name: 'Name of a room' }).fill('attic');
	await tab.page.getByRole('button', { name: 'Open' }).click();
	await expect(tab.page.getByRole('heading', { name: 'attic' })).toBeVisible();
	await tab.rooms.getByRole('link', { name: 'lobby 1 not sent' }).click();
	await tab.page.getByRole('button', { name: 'Send as me' }).click();
	await tab.expectMessages(['mine']);
	await context.close();
});

test.describe('where a browser lets pages keep nothing', () => {
	test('it works all the same, and says what a reload would lose', async ({ browser, serve }) => {
		const server = await serve({ PORT: String(fixedPort()) });
		const context = await browser.newContext();
		await context.addInitScript(() => {
			for (const name of ['indexedDB', 'localStorage'] as const) {
				Object.defineProperty(window, name, {
					get: () => {
						throw new DOMException('blocked', 'SecurityError');
					}
				});
			}
		});
		const tab = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
		await tab.say('hello');
		await tab.expectMessages(['hello']);
		await server.stop('SIGKILL');
		await tab.say('offline');
		const offline = tab.rows.filter({ hasText: 'offline' });
		await expect(offline).toContainText('lost by a reload');

		const echo = tab.rooms.getByRole('link', { name: 'Server (echo)' });
		tab.page.once('dialog', (dialog) => void dialog.dismiss());
		await echo.click();
		await expect(offline).toBeVisible();
		tab.page.once('dialog', (dialog) => void dialog.accept());
		await echo.click();
		await expect(tab.page).toHaveURL(`${server.url}/`);
		expect(tab.complaints).toEqual([]);
		await context.close();
	});
});

test('the URL takes the server’s spelling, and a name that is none is said', async ({ page, server }) => {
	const room = await new RoomPage(page).open(server.url, 'LOBBY');
	await expect(page.getByRole('heading', { name: 'lobby' })).toBeVisible();
	await expect(page).toHaveURL(/\/rooms\/lobby$/);
	await page.goto(`${server.url}/rooms/not%20a%20name`);
	await expect(page.getByText('This is no name of a room')).toBeVisible();
	await page.goto(`${server.url}/rooms`);
	await expect(page.getByRole('heading', { name: 'Choose a room' })).toBeVisible();
	expect(room.complaints).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`axe finds nothing in a room, and a narrow page scrolls in one direction only: ${colorScheme}`, async ({
		browser,
		serve
	}) => {
		const server = await serve({ PORT: String(fixedPort()) });
		const context = await browser.newContext({
			colorScheme,
			viewport: { width: 320, height: 640 }
		});
		const room = await new RoomPage(await context.newPage()).open(server.url, '로비');
		const check = async (state: string) => {
			const { violations } = await new AxeBuilder({ page: room.page }).analyze();
			expect(violations, state).toEqual([]);
			const width = await room.page.evaluate(() => document.documentElement.scrollWidth);
			expect(width, state).toBeLessThanOrEqual(320);
		};
		await check('empty');
		await room.say(`long ${'x'.repeat(300)}`);
		await expect(room.rows.locator('time')).toHaveCount(1);
		await check('with a message');
		await room.page.getByText('digda · Rooms').click();
		await check('with the list');
		await server.stop('SIGKILL');
		await room.say('offline');
		await room.expectWaiting('offline');
		await check('offline');
		await context.close();
	});
}
