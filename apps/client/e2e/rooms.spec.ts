import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { RoomPage } from './RoomPage.ts';
import { expect, test, testAlone } from './test.ts';

/** An address of this machine that a browser considers neither secure nor local. */
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
	testAlone(
		`two people chat ${where}, reconnect and reload with an unsent message, and both see the same`,
		{ tag: host !== PLAIN_HOST ? '@main' : [] },
		async ({ browser, serve }) => {
			const port = await reservePort();
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
			await one.expectSaved();
			await here.setOffline(false);
			await one.page.reload();
			const all = ['하나', '둘', '셋', '넷', '다섯'];
			await one.expectMessages(all);
			await two.expectMessages(all);
			expect([...one.complaints, ...two.complaints]).toEqual([]);
			await stop();
			await here.close();
			await there.close();
		}
	);
}

function bind(server: { stop: (signal: NodeJS.Signals) => Promise<unknown> }) {
	return { stop: () => server.stop('SIGKILL') };
}

testAlone(
	'a text that was typed without a server survives its tab, and is sent when both are back',
	async ({ browser, serve }) => {
		const database = temporaryDatabase();
		const variables = { PORT: String(await reservePort()), DATABASE_URL: database.url };
		const server = await serve(variables);
		const context = await browser.newContext();
		const tab = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
		await tab.say('before');
		await tab.expectMessages(['before']);
		await server.stop('SIGKILL');
		for (const text of ['during', 'the kill']) await tab.say(text);
		await tab.expectWaiting('the kill');
		await tab.expectSaved();
		await tab.page.close();

		await serve(variables);
		const next = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
		await next.expectMessages(['before', 'during', 'the kill']);
		await context.close();
		database.remove();
	}
);

test('a reload and a second tab are the same person, and the name can be changed', async ({ browser, site, lobby }) => {
	const context = await browser.newContext({ locale: 'ko-KR' });
	const [one, two] = [await context.newPage(), await context.newPage()];
	await Promise.all([one, two].map((tab) => tab.goto(`${site.url}/rooms/${lobby}`)));
	const menuIn = (tab: typeof one) => tab.getByRole('button', { name: '내 메뉴' });
	const nameIn = (tab: typeof one) => menuIn(tab).locator('bdi');
	await expect(nameIn(one)).toHaveText(/^[가-힣]+ [가-힣]+$/);
	const name = (await nameIn(one).textContent()) ?? '';
	await expect(nameIn(two)).toHaveText(name);
	await one.reload();
	await expect(nameIn(one)).toHaveText(name);
	await expect(one.getByRole('log')).toHaveAttribute('aria-busy', 'false');

	await menuIn(one).click();
	await one.getByRole('textbox', { name: '내 이름' }).fill('수달');
	await one.keyboard.press('Enter');
	await expect(menuIn(one)).toBeFocused();
	await expect(nameIn(two)).toHaveText('수달');
	await one.getByRole('textbox', { name: '메시지' }).fill('안녕');
	await one.keyboard.press('Enter');
	await expect(two.getByRole('log').getByRole('listitem')).toContainText('수달');
	await context.close();
});

for (const [locale, label, reason] of [
	['en-US', 'Your name', 'This name is reserved. Choose another one'],
	['ko-KR', '내 이름', '쓸 수 없는 이름이에요. 다른 이름을 골라 주세요']
] as const) {
	test(
		`a reserved name is rejected with a reason in the reader's language: ${locale}`,
		{ tag: locale === 'en-US' ? '@main' : [] },
		async ({ browser, site, lobby }) => {
			const context = await browser.newContext({ locale });
			const page = await context.newPage();
			await page.goto(`${site.url}/rooms/${lobby}`);
			await expect(page.getByRole('log')).toHaveAttribute('aria-busy', 'false');
			await page.getByRole('button', { name: /your menu|내 메뉴/ }).click();
			const field = page.getByRole('textbox', { name: label });
			await field.fill('Ａｄｍｉｎ');
			await field.press('Enter');
			await expect(page.getByText(reason)).toBeVisible();
			await expect(field).toHaveAttribute('aria-invalid', 'true');
			await field.fill('Otter');
			await field.press('Enter');
			await expect(field).toBeHidden();
			await context.close();
		}
	);
}

test('a room shows who is online and who types, and the unread messages of another room', async ({
	browser,
	site,
	lobby,
	hall
}) => {
	const [here, there] = [await browser.newContext(), await browser.newContext()];
	const one = await new RoomPage(await here.newPage()).open(site.url, lobby);
	const two = await new RoomPage(await there.newPage()).open(site.url, lobby);
	await expect(one.page.getByRole('button', { name: '2 online' })).toBeVisible();
	await two.field.pressSequentially('he');
	await expect(one.page.getByText(`${await two.name()} is typing…`)).toBeVisible();
	await two.field.fill('hello');
	await two.field.press('Enter');
	await expect(one.page.getByText('typing…')).toBeHidden();

	await one.goTo(hall.toUpperCase());
	await expect(one.page).toHaveURL(`${site.url}/rooms/${hall}`);
	await one.expectConnected();
	await two.say('are you there?');
	await expect(one.rooms.getByRole('link', { name: lobby })).toContainText('1 unread');
	await one.rooms.getByRole('link', { name: lobby }).click();
	await one.expectMessages(['hello', 'are you there?']);
	await expect(one.rooms.getByRole('link', { name: lobby })).not.toContainText('unread');

	await there.close();
	await expect(one.page.getByRole('button', { name: '1 online' })).toBeVisible();
	await one.leave();
	await expect(one.page.getByText('You have left this room.')).toBeVisible();
	await one.page.getByRole('button', { name: 'Join again' }).click();
	await one.expectConnected();
	await here.close();
});

testAlone(
	'a page whose session the server does not know shows that, and sends unsent texts under the new name after a click',
	async ({ browser, serve }) => {
		const port = String(await reservePort());
		const server = await serve({ PORT: port });
		const context = await browser.newContext();
		const tab = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
		await server.stop('SIGKILL');
		await tab.say('mine');
		await tab.expectWaiting('mine');

		await serve({ PORT: port }); // with another database
		await expect(tab.page.getByRole('alert').filter({ hasText: 'You’ve been signed out' })).toBeVisible();
		await tab.page.getByRole('button', { name: 'Start as a new guest' }).click();
		await tab.expectConnected();
		await expect(tab.rows.filter({ hasText: 'mine' })).toContainText('under another name');
		// The list shows it in every room.
		await tab.goTo('attic');
		await expect(tab.page.getByRole('heading', { name: 'attic' })).toBeVisible();
		await tab.rooms.getByRole('link', { name: 'lobby 1 not sent' }).click();
		await tab.page.getByRole('button', { name: 'Send as me' }).click();
		await tab.expectMessages(['mine']);
		await context.close();
	}
);

test.describe('in a browser that blocks site data', () => {
	testAlone('the page works, and shows the messages that a reload would lose', async ({ browser, serve }) => {
		const server = await serve({ PORT: String(await reservePort()) });
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
		await expect(offline).toContainText('Lost if you reload');

		// The text survives a navigation within the app, and the browser asks before the page is closed.
		await tab.rooms.getByRole('link', { name: 'Talk to the server' }).click();
		await expect(tab.page).toHaveURL(`${server.url}/`);
		await tab.rooms.getByRole('link', { name: 'lobby' }).click();
		await expect(offline).toBeVisible();
		const asked = tab.page.waitForEvent('dialog');
		const closing = tab.page.close({ runBeforeUnload: true });
		const dialog = await asked;
		expect(dialog.type()).toBe('beforeunload');
		expect(tab.complaints).toEqual([]);
		await Promise.all([tab.page.waitForEvent('close'), dialog.accept(), closing]);
		await context.close();
	});
});

test('the URL gets the server’s spelling, and an invalid name is shown', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby.toUpperCase());
	await expect(page.getByRole('heading', { name: lobby })).toBeVisible();
	await expect(page).toHaveURL(`${site.url}/rooms/${lobby}`);
	await page.goto(`${site.url}/rooms/not.a.name`);
	await expect(page.getByText('That room name isn’t valid')).toBeVisible();
	await page.goto(`${site.url}/rooms`);
	await expect(page.getByText('Choose a room')).toBeVisible();
	expect(room.complaints).toEqual([]);
});
