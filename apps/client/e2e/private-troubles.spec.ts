import { MAX_INVITATIONS } from '@digda/protocol';
import type { Browser } from '@playwright/test';
import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';
import { Wire } from './Wire.ts';

/** Creates a person with a separate browser context and a controlled connection. */
async function person(browser: Browser): Promise<RoomPage & { wire: Wire }> {
	const page = await (await browser.newContext()).newPage();
	return Object.assign(new RoomPage(page), { wire: await new Wire().tap(page) });
}

/** Creates a private room. */
async function makeRoom(owner: RoomPage, url: string, title: string) {
	await owner.page.goto(url);
	await owner.createPrivateRoom(title);
}

/** Creates an invitation in the panel, which stays open. */
async function invite(owner: RoomPage): Promise<string> {
	const link = await owner.invite();
	await expect(owner.page.getByText('This link only works on this computer')).toBeVisible();
	return link;
}

test('a member confirms before leaving a private room, because joining again needs an invitation', async ({
	browser,
	site
}) => {
	const [owner, guest] = [await person(browser), await person(browser)];
	await makeRoom(owner, site.url, 'burrow');
	await owner.openPeople();
	await guest.openInvitation(await invite(owner));
	await guest.expectConnected();

	await guest.leave();
	await expect(
		guest.page.getByRole('group', { name: 'Leave this room? You’ll need a new invite to return.' })
	).toBeFocused();
	await guest.page.getByRole('button', { name: 'Cancel' }).click();
	await expect(guest.page.getByRole('button', { name: 'Leave' })).toBeFocused();
	await guest.page.keyboard.press('Escape');
	await guest.say('still here');
	await guest.expectMessages(['still here']);

	guest.wire.reject('room:leave', 'unavailable');
	await guest.leave();
	await guest.page.getByRole('button', { name: 'Leave' }).click();
	await expect(guest.page.getByRole('alert')).toHaveText('Something went wrong: the server is not available right now');
});

test('a private room shows its title or a generic one before it is joined, and never its identifier', async ({
	browser,
	site
}) => {
	const [owner, stranger] = [await person(browser), await person(browser)];
	await makeRoom(owner, site.url, 'burrow');
	const address = owner.page.url();
	await expect(owner.link('burrow')).toBeVisible();
	await owner.page.getByRole('link', { name: 'Talk to the server' }).click();
	owner.wire.hold('room:join');
	await owner.link('burrow').click();
	await expect(owner.page.getByRole('heading', { name: 'burrow' })).toBeVisible();
	await expect(owner.page).toHaveTitle('burrow · digda');
	await expect(owner.log).toHaveAccessibleName('Messages in burrow');

	await stranger.page.goto(address);
	await expect(stranger.page.getByRole('heading', { level: 1 })).toHaveText('Private room');
	await expect(stranger.page).toHaveTitle('Private room · digda');
});

test('a rejected deletion shows the reason and the message again, and takes no focus', async ({
	browser,
	site,
	lobby
}) => {
	const me = await person(browser);
	await me.open(site.url, lobby);
	await me.say('oops');
	await me.expectMessages(['oops']);
	me.wire.reject('message:delete', 'forbidden');
	const release = me.wire.hold('message:delete');
	await me.askToDelete('oops');
	await me.page.getByRole('button', { name: 'Delete', exact: true }).dblclick();
	await me.field.focus();
	await expect(me.rows.first()).toContainText('Deleted message');
	release();
	await expect(me.page.getByText('Not deleted: you are not in this room')).toBeVisible();
	await expect(me.rows.first()).toContainText('oops');
	await expect(me.page.getByRole('group', { name: 'Delete it for everyone?' })).toHaveCount(0);
	await expect(me.field).toBeFocused();
	expect(me.wire.requests.filter((name) => name === 'message:delete')).toHaveLength(1);

	await me.page.getByRole('button', { name: 'Don’t send' }).click();
	await expect(me.page.getByText('Not deleted')).toHaveCount(0);
	await me.expectMessages(['oops']);
});

test('a deletion without a connection shows at once, survives a reload, and is sent on the next connection', async ({
	browser,
	site,
	lobby
}) => {
	const [me, friend] = [await person(browser), await person(browser)];
	await me.open(site.url, lobby);
	await friend.open(site.url, lobby);
	await me.say('oops');
	await me.expectMessages(['oops']);
	await friend.expectMessages(['oops']);
	me.wire.isDown = true;
	await me.page.evaluate(() => dispatchEvent(new Event('offline')));
	await me.delete('oops');
	await expect(me.rows.first()).toContainText('Deleted message');
	await expect(me.rows.first()).toContainText('Waiting to reconnect');
	await friend.expectMessages(['oops']);
	await me.page.reload();

	await me.wire.repair();
	await expect(friend.rows.first()).toContainText('Deleted message');
	await expect(me.rows.first()).not.toContainText('Waiting to reconnect');
});

test('two Enters create one room, and Escape cancels', async ({ browser, site }) => {
	const me = await person(browser);
	const { page, wire } = me;
	await page.goto(site.url);
	const finder = await me.openFinder();
	const field = finder.getByRole('textbox', { name: 'Title of the private room' });
	await field.press('Enter');
	await expect(finder.getByRole('alert').filter({ hasText: '1 to 64 characters' })).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(finder).toHaveCount(0);
	await expect(me.rooms.getByRole('button', { name: 'Add a room' })).toBeFocused();
	await page.keyboard.press('Enter');
	await expect(finder).toBeVisible();
	await expect(finder.getByRole('alert').filter({ visible: true })).toHaveCount(0);
	await field.focus();

	const release = wire.hold('room:create');
	await page.keyboard.type('burrow');
	await page.keyboard.press('Enter');
	await page.keyboard.press('Enter');
	release();
	await expect(page.getByRole('heading', { name: 'burrow' })).toBeVisible();
	expect(wire.requests.filter((name) => name === 'room:create')).toHaveLength(1);
});

test('the panel keeps the focus, shows the result, and keeps its link over a lost connection', async ({
	browser,
	site
}) => {
	const [owner, guest] = [await person(browser), await person(browser)];
	const { page, wire } = owner;
	await makeRoom(owner, site.url, 'burrow');
	await owner.openPeople();
	const release = wire.hold('room:invite');
	await page.getByRole('button', { name: 'Create an invite link' }).dblclick();
	release();
	const link = page.getByRole('textbox', { name: 'Link' });
	const url = await link.inputValue();
	expect(wire.requests.filter((name) => name === 'room:invite')).toHaveLength(1);
	await guest.openInvitation(url);
	await guest.expectConnected();

	await page.context().setOffline(true);
	await expect(owner.pill).toHaveAttribute('data-connection', 'reconnecting');
	await expect(link).toHaveValue(url);
	await page.context().setOffline(false);
	await owner.expectConnected();
	await expect(link).toHaveValue(url);

	const heading = page.getByRole('heading', { name: 'Members' });
	await page.getByRole('button', { name: `Remove: ${await guest.name()}` }).press('Enter');
	await expect(page.getByText('stops working for everyone')).toBeVisible();
	await page.getByRole('button', { name: 'Remove', exact: true }).press('Enter');
	await expect(page.getByRole('status').filter({ hasText: `${await guest.name()} was removed` })).toBeVisible();
	await expect(heading).toBeFocused();
	await expect(link).toHaveCount(0);

	await invite(owner);
	await page.getByRole('button', { name: 'Revoke all invitations' }).press('Enter');
	await page.getByRole('button', { name: 'Revoke all invitations' }).press('Enter');
	await expect(page.getByRole('status').filter({ hasText: 'All invitations were revoked' })).toBeVisible();
	await expect(heading).toBeFocused();

	await page.getByRole('textbox', { name: 'Rename the room' }).fill('den');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('status').filter({ hasText: 'The room was renamed' })).toBeVisible();
});

test('only a copied link shows that it was copied', async ({ browser, site }) => {
	const owner = await person(browser);
	const { page } = owner;
	await page.addInitScript(() => {
		Object.defineProperty(navigator, 'clipboard', { value: undefined });
		Object.assign(document, { execCommand: () => document.title.startsWith('copy') });
	});
	await makeRoom(owner, site.url, 'no');
	await owner.openPeople();
	const first = await invite(owner);
	await page.getByRole('button', { name: 'Copy' }).click();
	await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible();
	await page.getByRole('textbox', { name: 'Rename the room' }).fill('copy');
	await page.keyboard.press('Enter');
	await expect(page).toHaveTitle('copy · digda');
	await page.getByRole('button', { name: 'Copy' }).click();
	await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
	await page.getByRole('button', { name: 'Create an invite link' }).click();
	await expect(page.getByRole('textbox', { name: 'Link' })).not.toHaveValue(first);
	await expect(page.getByRole('button', { name: 'Copy' })).toBeVisible();
});

test('an owner with all invitations in use sees the limit and a remedy', async ({ browser, site }) => {
	const owner = await person(browser);
	await makeRoom(owner, site.url, 'burrow');
	await owner.openPeople();
	for (let count = 1; count <= MAX_INVITATIONS; count++) {
		await owner.page.getByRole('button', { name: 'Create an invite link' }).click();
		await expect(owner.page.getByText(`Active invite links: ${count}`, { exact: true })).toBeVisible();
	}
	await owner.page.getByRole('button', { name: 'Create an invite link' }).click();
	await expect(
		owner.page.getByRole('status').filter({ hasText: 'there are 50 active invite links already' })
	).toBeVisible();
	await expect(owner.page.getByRole('status').filter({ hasText: 'Revoke them first' })).toBeVisible();
});

test('an invitation waits for the connection, and survives a reload', async ({ browser, site }) => {
	const [owner, guest] = [await person(browser), await person(browser)];
	await makeRoom(owner, site.url, 'burrow');
	await owner.openPeople();
	const url = await invite(owner);
	const status = guest.page.getByRole('status');
	guest.wire.isDown = true;
	await guest.page.goto(url);
	await expect(status).toHaveText('Waiting to reconnect');
	expect(guest.page.url()).not.toContain('#');
	await guest.page.reload();
	await expect(status).toHaveText('Waiting to reconnect');
	guest.wire.reject('room:accept', 'forbidden');
	await guest.wire.repair();
	await expect(status).toHaveText('Join “burrow”?');
	await guest.page.reload();
	await guest.page.getByRole('button', { name: 'Join', exact: true }).click();
	await expect(status).toContainText('You are in too many rooms, or this room is full');
	guest.wire.reject('room:accept', 'not_found');
	await guest.page.getByRole('button', { name: 'Try again' }).click();
	await expect(status).toContainText('no longer valid');
	for (const path of ['device', 'join']) {
		await guest.page.goto(`${site.url}/${path}`);
		await expect(status).toHaveText('Open the link again from where you received it.');
	}
	await owner.page.getByRole('button', { name: 'Revoke all invitations' }).click();
	await owner.page.getByRole('button', { name: 'Revoke all invitations' }).last().click();
	await expect(owner.page.getByRole('status').filter({ hasText: 'All invitations were revoked' })).toBeVisible();
	await guest.page.goto(url);
	await expect(status).toContainText('no longer valid');
});

test('a person who switches to another identity sees the loss, and can cancel', async ({ browser, site, lobby }) => {
	const [me, device] = [await person(browser), await person(browser)];
	await me.open(site.url, lobby);
	const dialog = await me.openDevices();
	const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();
	await me.page.goto('about:blank');

	await device.open(site.url, lobby);
	const name = await device.name();
	device.wire.isDown = true;
	await device.page.goto(link);
	const status = device.page.getByRole('status');
	await expect(status).toHaveText('Waiting to reconnect');
	await device.wire.repair();
	await expect(status).toContainText(`You will no longer be ${name} here, and this cannot be undone.`);
	await device.page.getByRole('link', { name: 'Cancel' }).click();
	await expect(device.page).toHaveURL(site.url);
	await device.page.reload();
	await expect(device.ownName).toHaveText(name);

	await me.page.goto(link);
	await expect(me.page.getByRole('status').filter({ hasText: 'already' })).toBeVisible();
	await expect(me.page.getByRole('button', { name: 'Continue' })).toHaveCount(0);
});
