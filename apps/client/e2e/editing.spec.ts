import type { Browser } from '@playwright/test';
import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';
import { Wire } from './Wire.ts';

/** Creates a person with a separate browser context and a controlled connection, in a room. */
async function person(browser: Browser, url: string, room: string): Promise<RoomPage & { wire: Wire }> {
	const page = await (await browser.newContext()).newPage();
	const wire = await new Wire().tap(page);
	return Object.assign(await new RoomPage(page).open(url, room), { wire });
}

/** Opens the same person in another browser. */
async function device(browser: Browser, me: RoomPage, url: string, room: string): Promise<RoomPage> {
	const context = await browser.newContext({ storageState: await me.page.context().storageState() });
	return await new RoomPage(await context.newPage()).open(url, room);
}

/** Cuts the connection of a person, who can still load the page. */
async function cut({ page, wire, pill }: RoomPage & { wire: Wire }) {
	wire.isDown = true;
	await page.evaluate(() => dispatchEvent(new Event('offline')));
	await expect(pill).toHaveAttribute('data-connection', 'reconnecting');
}

test(
	'an edit changes the text for all members and shows that, and the field returns to the draft',
	{ tag: '@main' },
	async ({ browser, site, lobby, hall }) => {
		const [me, friend] = [await person(browser, site.url, lobby), await person(browser, site.url, lobby)];
		await me.say('Helo');
		await me.say('and more');
		await friend.expectMessages(['Helo', 'and more']);
		await me.field.fill('a draft');

		const bar = me.page.getByRole('button', { name: /^Editing message/ });
		await me.edit('Helo');
		await expect(bar).toContainText('Helo');
		await expect(me.field).toBeFocused();
		await expect(me.field).toHaveValue('Helo');
		await me.page.keyboard.press('Backspace');
		await me.page.keyboard.type('lo');
		await me.page.keyboard.press('Enter');
		for (const each of [me, friend]) {
			await each.expectMessages(['Hello', 'and more']);
			await expect(each.row('Hello')).toContainText('(edited)');
			await expect(each.row('and more')).not.toContainText('(edited)');
		}
		await expect(bar).toHaveCount(0);
		await expect(me.field).toHaveValue('a draft');
		await expect(me.field).toBeFocused();

		// An edit that changes nothing is none.
		await me.edit('and more');
		await me.page.keyboard.press('Enter');
		await expect(bar).toHaveCount(0);
		await expect(me.row('and more')).not.toContainText('(edited)');
		expect(me.wire.requests.filter((name) => name === 'message:edit')).toHaveLength(1);

		await friend.goTo(hall);
		await friend.expectConnected();
		await friend.link(lobby).click();
		await friend.expectMessages(['Hello', 'and more']);
		await me.page.reload();
		await me.expectMessages(['Hello', 'and more']);
		await expect(me.row('Hello')).toContainText('(edited)');
		await me.row('Hello').hover();
		await expect(me.action(me.row('Hello'), 'Edit message')).toBeVisible();
		await friend.row('Hello').hover();
		await expect(friend.action(friend.row('Hello'), 'Edit message')).toHaveCount(0);
		expect([...me.complaints, ...friend.complaints]).toEqual([]);
	}
);

test('Escape and a button cancel an edit, with the focus in the field', async ({ browser, site, lobby }) => {
	const me = await person(browser, site.url, lobby);
	await me.say('as it was');
	await me.expectMessages(['as it was']);
	for (const cancel of [
		() => me.page.keyboard.press('Escape'),
		() => me.page.getByRole('button', { name: 'Cancel editing' }).click()
	]) {
		await me.edit('as it was');
		await me.field.fill('changed');
		await cancel();
		await expect(me.page.getByText('Editing message')).toHaveCount(0);
		await expect(me.field).toHaveValue('');
		await expect(me.field).toBeFocused();
	}
	await me.say('next');
	await me.expectMessages(['as it was', 'next']);
	expect(me.wire.requests).not.toContain('message:edit');
});

test('an edit that was begun survives a reload and a visit to another room', async ({ browser, site, lobby, hall }) => {
	const me = await person(browser, site.url, lobby);
	await me.say('first');
	await me.expectMessages(['first']);
	await me.edit('first');
	await me.field.fill('half an edit');
	const bar = me.page.getByRole('button', { name: /^Editing message/ });
	await me.page.reload();
	await expect(bar).toContainText('first');
	await expect(me.field).toHaveValue('half an edit');

	await me.goTo(hall);
	await me.expectConnected();
	await expect(bar).toHaveCount(0);
	await expect(me.field).toHaveValue('');
	await me.link(lobby).click();
	await expect(bar).toContainText('first');
	await expect(me.field).toHaveValue('half an edit');
	await me.field.press('Enter');
	await me.expectMessages(['half an edit']);
	await expect(me.row('half an edit')).toContainText('(edited)');
});

test('an edit whose page is reloaded before it is stored is still in the field', async ({ browser, site, lobby }) => {
	const me = await person(browser, site.url, lobby);
	await me.say('before');
	await me.expectMessages(['before']);
	await cut(me);
	await me.edit('before');
	await me.field.fill('after');
	const reloaded = me.page.waitForEvent('load');
	await me.field.evaluate((field: HTMLTextAreaElement) => {
		// The database is slow.
		IDBObjectStore.prototype.add = function () {
			return Object.assign(this.get('nothing'), { addEventListener: () => undefined });
		};
		field.form?.requestSubmit();
		location.reload();
	});
	await reloaded;
	await me.wire.repair();
	await me.expectConnected();
	await expect(me.page.getByRole('button', { name: /^Editing message/ })).toBeVisible();
	await expect(me.field).toHaveValue('after');
	await me.field.press('Enter');
	await me.expectMessages(['after']);
	await me.expectSaved();
});

test('an edit of a waiting message changes its text, and it is not an edited message later', async ({
	browser,
	site,
	lobby
}) => {
	const [me, friend] = [await person(browser, site.url, lobby), await person(browser, site.url, lobby)];
	await cut(me);
	await me.say('typed in a tunel');
	await me.expectWaiting('typed in a tunel');
	await me.rows.last().getByRole('button', { name: 'Edit' }).click();
	await expect(me.field).toHaveValue('typed in a tunel');
	await expect(me.field).toBeFocused();
	await me.field.fill('typed in a tunnel');
	await me.field.press('Enter');
	await me.expectWaiting('typed in a tunnel');
	await expect(me.rows).toHaveCount(1);

	await me.wire.repair();
	for (const each of [me, friend]) {
		await each.expectMessages(['typed in a tunnel']);
		await expect(each.rows).not.toContainText('(edited)');
	}
	expect(me.wire.requests).not.toContain('message:edit');
	expect(me.complaints).toEqual([]);
});

test('an edit without a connection waits with a sign, survives a reload, and arrives once', async ({
	browser,
	site,
	lobby
}) => {
	const [me, friend] = [await person(browser, site.url, lobby), await person(browser, site.url, lobby)];
	await me.say('before');
	await friend.expectMessages(['before']);
	await cut(me);
	await me.edit('before');
	await me.field.fill('after');
	await me.field.press('Enter');
	await expect(me.row('after').getByTitle('Waiting to reconnect')).toBeVisible();
	await friend.expectMessages(['before']);
	await me.expectSaved();
	await me.page.reload();
	await expect(me.pill).toHaveAttribute('data-connection', 'reconnecting');
	await expect(me.field).toHaveValue('');

	await me.wire.repair();
	await friend.expectMessages(['after']);
	await me.expectMessages(['after']);
	await expect(me.row('after').getByTitle('Waiting to reconnect')).toHaveCount(0);
	await expect(friend.row('after')).toContainText('(edited)');
	await me.page.reload();
	await me.expectMessages(['after']);
	await friend.say('done');
	await me.expectMessages(['after', 'done']);
	expect(me.wire.requests.filter((name) => name === 'message:edit')).toHaveLength(1);
});

test('the text of an edit becomes the draft when another device deletes the message meanwhile', async ({
	browser,
	site,
	lobby
}) => {
	const me = await person(browser, site.url, lobby);
	await me.say('one');
	await me.say('two');
	await me.expectMessages(['one', 'two']);
	const other = await device(browser, me, site.url, lobby);

	// While the editor is open.
	await me.edit('one');
	await me.field.fill('one, but better');
	await other.delete('one');
	await expect(me.page.getByText('Editing message')).toHaveCount(0);
	await expect(me.field).toHaveValue('one, but better');
	await expect(me.field).toBeFocused();
	await expect(me.rows.first()).toContainText('Deleted message');

	// While the edit waits for the connection. It is added to the draft.
	await cut(me);
	await me.edit('two');
	await me.field.fill('two, but better');
	await me.field.press('Enter');
	await expect(me.row('two, but better').getByTitle('Waiting to reconnect')).toBeVisible();
	await expect(me.field).toHaveValue('one, but better');
	await other.delete('two');
	await me.wire.repair();
	await expect(me.rows.nth(1)).toContainText('Deleted message');
	await expect(me.field).toHaveValue('one, but better\ntwo, but better');
	await expect(me.rows).toHaveCount(2);
	await me.page.reload();
	await me.expectConnected();
	await expect(me.field).toHaveValue('one, but better\ntwo, but better');
	await expect(me.rows).toHaveCount(2);
	expect(me.complaints).toEqual([]);
});
