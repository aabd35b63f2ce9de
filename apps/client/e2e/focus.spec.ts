import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';

test('Escape closes only the innermost part of the panel, of the person menu and of an edit, and the focus returns', async ({
	page,
	site,
	lobby
}) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	const { keyboard } = page;
	await room.createPrivateRoom('burrow');
	for (const text of ['one', 'two']) await room.say(text);
	await room.expectMessages(['one', 'two']);

	// An edit stays while other parts are closed.
	const bar = page.getByRole('button', { name: /^Editing message/ });
	await room.edit('one');
	await expect(bar).toBeVisible();

	const people = page.getByRole('button', { name: '1 online' });
	await expect(people).toHaveAttribute('aria-expanded', 'false');
	await people.press('Enter');
	await expect(people).toHaveAttribute('aria-expanded', 'true');
	await expect(room.panel.getByRole('heading', { name: '1 online' })).toBeFocused();
	const close = room.panel.getByRole('button', { name: 'Close the room' });
	await close.press('Enter');
	await expect(room.panel.getByRole('group', { name: 'All members will leave' })).toBeFocused();
	await keyboard.press('Escape');
	await expect(close).toBeFocused();
	await keyboard.press('Escape');
	await expect(room.panel).toHaveCount(0);
	await expect(people).toBeFocused();
	await people.press('Enter');
	await room.panel.getByRole('button', { name: 'Close', exact: true }).click();
	await expect(people).toBeFocused();

	await room.openMenu();
	const link = page.getByRole('button', { name: 'Connect another device' });
	await link.press('Enter');
	const dialog = page.getByRole('dialog', { name: 'Connect another device' });
	const out = dialog.getByRole('button', { name: 'Sign out everywhere else' });
	await out.press('Enter');
	await expect(dialog.getByRole('group', { name: 'Sign out on all devices except this browser?' })).toBeFocused();
	await keyboard.press('Escape');
	await expect(out).toBeFocused();
	await keyboard.press('Escape');
	await expect(dialog).toHaveCount(0);
	await expect(link).toBeFocused();
	await keyboard.press('Escape');
	await expect(link).toHaveCount(0);
	await expect(room.personButton).toBeFocused();

	const row = room.row('two');
	await row.focus();
	await expect(row.getByRole('toolbar')).toBeVisible();
	await room.action(row, 'Delete the message').press('Enter');
	await expect(row.getByRole('group', { name: 'Delete it for everyone?' })).toBeFocused();
	await keyboard.press('Escape');
	await expect(row.getByRole('group')).toHaveCount(0);
	await expect(row).toBeFocused();
	await expect(bar).toBeVisible();
	await room.field.press('Escape');
	await expect(bar).toHaveCount(0);
	await expect(room.field).toBeFocused();
	expect(room.complaints).toEqual([]);
});

test('the focus returns from the dialog that adds a room, however it is closed', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	const button = room.rooms.getByRole('button', { name: 'Add a room' });
	for (const close of [
		() => page.keyboard.press('Escape'),
		() => page.getByRole('dialog').getByRole('button', { name: 'Close' }).click(),
		() => page.mouse.click(5, 5) // on the backdrop
	]) {
		const finder = await room.openFinder();
		await expect(finder.getByRole('textbox', { name: 'Find or create a room' })).toBeFocused();
		await close();
		await expect(finder).toHaveCount(0);
		await expect(button).toBeFocused();
	}
});

test.describe('on a narrow page', () => {
	test.use({ viewport: { width: 320, height: 640 } });

	test('Escape closes the person menu or a dialog, and then the drawer', async ({ page, site, lobby }) => {
		const room = await new RoomPage(page).open(site.url, lobby);
		const menu = page.getByRole('button', { name: 'Rooms and settings' });
		await menu.click();
		await room.openMenu();
		await page.keyboard.press('Escape');
		await expect(room.nameField).toHaveCount(0);
		await expect(room.personButton).toBeFocused();
		const finder = await room.openFinder();
		await expect(finder.getByRole('textbox', { name: 'Find or create a room' })).toBeFocused();
		await page.keyboard.press('Escape');
		await expect(finder).toHaveCount(0);
		await expect(room.rooms.getByRole('button', { name: 'Add a room' })).toBeFocused();
		await page.keyboard.press('Escape');
		await expect(room.rooms).toBeHidden();
		await expect(menu).toBeFocused();

		// The panel lies over the conversation.
		const people = page.getByRole('button', { name: '1 online' });
		await room.openPeople();
		await page.keyboard.press('Escape');
		await expect(people).toBeFocused();
		expect(room.complaints).toEqual([]);
	});
});
