import { RoomPage } from './RoomPage.ts';
import { compose, pressEnter, type Composition } from './compose.ts';
import { numbered, talk } from './talk.ts';
import { expect, test, testAlone } from './test.ts';

/** The steps of compositions, and their results after the Enter that ends them. */
const COMPOSITIONS: Composition[] = [
	{ language: 'Korean', steps: ['ㅎ', '하', '한'], result: '한' },
	{ language: 'Japanese', steps: ['k', 'か', 'かn', 'かん', '感じ'], result: '感じ' },
	{ language: 'Chinese', steps: ['n', 'ni', "ni'h", "ni'hao"], result: '你好' }
];

for (const composition of COMPOSITIONS) {
	for (const order of ['Chrome', 'Safari'] as const) {
		test(
			`in ${composition.language} an Enter ends the composition and the next Enter sends once (order of ${order})`,
			{ tag: composition.language === 'Korean' && order === 'Chrome' ? '@main' : [] },
			async ({ page, site, lobby }) => {
				const room = await new RoomPage(page).open(site.url, lobby);
				await room.field.focus();
				await compose(page, composition, order);
				await expect(room.field).toHaveValue(composition.result);
				await expect(room.rows).toHaveCount(0);
				await pressEnter(page);
				await room.expectMessages([composition.result]);
				await room.say('end');
				await room.expectMessages([composition.result, 'end']);
			}
		);
	}
}

test('drafts belong to their rooms, survive a reload, and are cleared by sending', async ({
	page,
	site,
	lobby,
	hall
}) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.field.fill('half a thought');
	await room.goTo(hall);
	await room.expectConnected();
	await expect(room.field).toHaveValue('');
	await room.field.fill('반쪽 생각');
	await expect(room.link(lobby)).toContainText('draft');
	await room.link(lobby).click();
	await expect(room.field).toHaveValue('half a thought');

	await page.reload();
	await room.expectConnected();
	await expect(room.field).toHaveValue('half a thought');
	await expect(room.link(hall)).toContainText('draft');
	await room.field.press('Enter');
	await room.expectMessages(['half a thought']);
	await page.reload();
	await room.expectMessages(['half a thought']);
	await expect(room.field).toHaveValue('');
	await room.link(hall).click();
	await expect(room.field).toHaveValue('반쪽 생각');
	await room.field.fill('');
	await expect(room.link(hall)).not.toContainText('draft');
});

test('each tab has its own draft, which survives the sending of other tabs, and the tab itself', async ({
	context,
	site,
	lobby
}) => {
	const open = async () => await new RoomPage(await context.newPage()).open(site.url, lobby);
	const [one, two] = [await open(), await open()];
	const sent: string[] = [];
	const send = async (tab: RoomPage) => {
		await tab.field.press('Enter');
		await tab.expectMessages(sent);
	};
	// The last tab in which a text was typed wins.
	for (const [sender, writer] of [
		[one, two],
		[two, one]
	] as const) {
		for (const order of [
			[sender, writer],
			[writer, sender]
		]) {
			const short = `short ${sent.length}`;
			for (const tab of order) await tab.field.fill(tab === sender ? short : 'a long draft');
			sent.push(short);
			await send(sender);
			for (const tab of order) await tab.page.reload();
			await expect(writer.field).toHaveValue('a long draft');
			await expect(sender.field).toHaveValue('');
			await writer.field.fill('');
		}
	}
	await two.field.fill('of a tab that is closed');
	await one.field.fill('sent');
	sent.push('sent');
	await send(one);
	// The other tab has removed the stored draft, so this one stores its own again.
	const stored = () => two.page.evaluate(() => JSON.stringify(localStorage));
	await expect.poll(stored).toContain('of a tab that is closed');
	await two.page.close();
	await expect((await open()).field).toHaveValue('of a tab that is closed');
});

test('a message is sent to the room in which it was written, however fast the room changes', async ({
	browser,
	site,
	lobby,
	hall
}) => {
	const context = await browser.newContext();
	const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
	await room.goTo(hall);
	await room.expectConnected();
	for (let number = 1; number <= 5; number += 1) {
		const next = number % 2 === 1 ? lobby : hall;
		await room.page.evaluate(
			([text, href]) => {
				const field = document.querySelector('textarea');
				if (!field) return;
				field.value = text;
				field.form?.requestSubmit();
				document.querySelector<HTMLElement>(`nav a[href="${href}"]`)?.click();
			},
			[`message ${number}`, `/rooms/${next}`] as const
		);
		await expect(room.page.getByRole('heading', { name: next })).toBeVisible();
		await room.expectConnected();
	}
	await context.setOffline(true);
	await room.say('message 6');
	await room.link(hall).click();
	await expect(room.page.getByRole('heading', { name: hall })).toBeVisible();
	await context.setOffline(false);
	await room.expectConnected();
	await room.link(lobby).click();
	await room.expectMessages(['message 2', 'message 4', 'message 6']);
	await room.link(hall).click();
	await room.expectMessages(['message 1', 'message 3', 'message 5']);
	await context.close();
});

test('a text that is typed offline is kept, shown as waiting, and sent later with its time', async ({
	browser,
	site,
	lobby
}) => {
	const context = await browser.newContext();
	const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
	await context.setOffline(true);
	await expect(room.field).toBeEnabled();
	await room.say('from the tunnel');
	await room.expectWaiting('from the tunnel');
	await room.field.fill('a draft as well');
	await context.setOffline(false);
	await room.expectMessages(['from the tunnel']);
	await expect(room.field).toHaveValue('a draft as well');
	await room.expectSent('from the tunnel');
	await context.close();
});

test('the user’s own message scrolls to the end', async ({ page, site, lobby }) => {
	await talk(site.url, lobby, numbered(150));
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.rows.last()).toBeInViewport();
	await room.scrollToStart();
	await expect(room.newestButton).toBeVisible();
	await room.say('mine');
	await expect(room.row('mine')).toBeInViewport();
});

testAlone('all actions of a room work by keyboard', { tag: '@main' }, async ({ page, server }) => {
	await talk(server.url, 'hall', ['one', 'two']);
	await page.goto(server.url);
	const room = new RoomPage(page);
	const { keyboard } = page;
	const tabTo = async (name: RegExp) => {
		for (let presses = 0; presses < 30; presses += 1) {
			await keyboard.press('Tab');
			const label = await page.evaluate(() => {
				const element = document.activeElement === document.body ? null : document.activeElement;
				return element?.getAttribute('aria-label') ?? element?.textContent;
			});
			if (name.test(label ?? '')) return;
		}
		throw new Error(`no way to ${name.source}`);
	};
	await expect(room.field).toBeFocused();
	await tabTo(/^Add a room$/);
	await keyboard.press('Enter');
	await expect(page.getByRole('textbox', { name: 'Find or create a room' })).toBeFocused();
	await keyboard.type('hall');
	await keyboard.press('Enter');
	await room.expectConnected();
	await expect(room.field).toBeFocused();
	await keyboard.type('three');
	await keyboard.press('Shift+Enter');
	await keyboard.type('lines');
	await keyboard.press('Enter');
	await expect(room.rows.last()).toContainText('three\nlines');
	await expect(room.rows.nth(2).locator('time')).toHaveCount(1); // the row is stored and focusable

	// Shift+Tab moves into the log: the newest message, its toolbar, and then up.
	await keyboard.press('Shift+Tab');
	await expect(room.rows.nth(2)).toBeFocused();
	await expect(room.rows.nth(2).getByRole('toolbar')).toBeVisible();
	await keyboard.press('Enter');
	for (const button of await room.rows.nth(2).getByRole('toolbar').getByRole('button').all()) {
		await expect(button).toBeFocused();
		await keyboard.press('Tab');
	}
	await expect(room.field).toBeFocused();
	await keyboard.press('Shift+Tab');
	await keyboard.press('Enter');
	await keyboard.press('Escape');
	await expect(room.rows.nth(2)).toBeFocused();
	await keyboard.press('ArrowUp');
	await expect(room.rows.nth(1)).toBeFocused();
	await expect(room.rows.nth(1).locator('time')).toHaveCSS('opacity', '1');
	await keyboard.press('Home');
	await expect(room.rows.nth(0)).toBeFocused();

	await tabTo(/your menu/);
	await keyboard.press('Enter');
	await expect(room.nameField).toBeFocused();
	await keyboard.type('Mole');
	await keyboard.press('Enter');
	await expect(room.ownName).toHaveText('Mole');
	await expect(room.personButton).toBeFocused();
	await tabTo(/^1 online$/);
	await keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: '1 online' })).toBeVisible();
	await keyboard.press('Escape');
	await expect(page.getByRole('heading', { name: '1 online' })).toBeHidden();
	await expect(page.getByRole('button', { name: '1 online' })).toBeFocused();
	expect(room.complaints).toEqual([]);
});

test('Tab skips the content of a message until Enter moves into it', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.say('https://example.org/one and https://example.org/two');
	await room.say('https://example.org/three');
	await room.say('nothing');
	await expect(room.rows.locator('time')).toHaveCount(3);
	const { keyboard } = page;
	const [first, second, third] = [room.rows.nth(0), room.rows.nth(1), room.rows.nth(2)];

	await room.field.focus();
	await keyboard.press('Shift+Tab');
	await expect(third).toBeFocused();
	await keyboard.press('Shift+Tab');
	await expect(room.log.locator(':focus')).toHaveCount(0);
	await keyboard.press('Tab');
	await keyboard.press('Tab');
	await expect(room.field).toBeFocused();

	await keyboard.press('Shift+Tab');
	await keyboard.press('Home');
	await expect(first).toBeFocused();
	await keyboard.press('Tab');
	await expect(room.field).toBeFocused();
	await keyboard.press('Shift+Tab');
	await keyboard.press('Enter');
	await expect(first.getByRole('link').first()).toBeFocused();
	await keyboard.press('Tab');
	await expect(first.getByRole('link').last()).toBeFocused();
	for (const button of await first.getByRole('toolbar').getByRole('button').all()) {
		await keyboard.press('Tab');
		await expect(button).toBeFocused();
	}
	await keyboard.press('Tab');
	await expect(room.field).toBeFocused();

	// The room was closed.
	await keyboard.press('Shift+Tab');
	await expect(first).toBeFocused();
	await keyboard.press('ArrowDown');
	await keyboard.press('Enter');
	await expect(second.getByRole('link')).toBeFocused();
	await keyboard.press('Escape');
	await expect(second).toBeFocused();
	await keyboard.press('Tab');
	await expect(room.field).toBeFocused();
	expect(room.complaints).toEqual([]);
});

test('a message in flight shows that after 300 ms, and a rejected one shows the reason and is retried by a click', async ({
	page,
	site,
	lobby
}) => {
	let answer: 'held' | 'rejected' | 'given' = 'held';
	const held: (() => void)[] = [];
	await page.routeWebSocket(/socket\.io/, (client) => {
		const server = client.connectToServer();
		client.onMessage((packet) => {
			const id = /^42\/chat,(\d+)\["message:send"/.exec(String(packet))?.[1];
			if (id !== undefined && answer === 'held') held.push(() => server.send(packet));
			else if (id !== undefined && answer === 'rejected') {
				client.send(`43/chat,${id}[{"ok":false,"error":{"code":"invalid","message":""}}]`);
			} else server.send(packet);
		});
	});
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.say('slow');
	const note = room.rows.getByText('Sending…');
	await expect(note.locator('..')).toHaveCSS('animation-delay', '0.3s');
	await expect(note).toBeVisible();
	for (const release of held) release();
	await room.expectMessages(['slow']);

	answer = 'rejected';
	await room.say('rejected');
	await expect(room.rows.last()).toContainText('Not sent: this text is not allowed');
	answer = 'given';
	await page.getByRole('button', { name: 'Try again' }).click();
	await room.expectMessages(['slow', 'rejected']);
	expect(room.complaints).toEqual([]);
});
