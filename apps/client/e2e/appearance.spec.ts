import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';

/** Returns the look of the page: its colour scheme, its ground, and the height of its first row. */
async function readLook({ page, rows }: RoomPage) {
	const { scheme, ground } = await page.evaluate(() => {
		const { colorScheme, backgroundColor } = getComputedStyle(document.documentElement);
		return { scheme: colorScheme, ground: backgroundColor };
	});
	return { scheme, ground, height: (await rows.first().boundingBox())?.height ?? NaN };
}

test('the theme is chosen in the person menu, and kept over a reload', async ({ browser, site, lobby }) => {
	const context = await browser.newContext({ colorScheme: 'light' });
	const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
	await room.say('hello');
	await room.expectMessages(['hello']);
	const [light, dark] = ['rgb(254, 253, 251)', 'rgb(26, 22, 19)'];
	const choices = room.page.getByRole('group', { name: 'Theme' });
	const look = () => readLook(room);
	expect(await look()).toMatchObject({ scheme: 'light dark', ground: light });

	await room.openMenu();
	await expect(choices.getByRole('radio', { name: 'System' })).toBeChecked();
	await choices.getByText('Dark').click();
	await expect(choices.getByRole('radio', { name: 'Dark' })).toBeChecked();
	await expect.poll(look).toMatchObject({ scheme: 'dark', ground: dark });
	await room.page.reload();
	await room.expectConnected();
	expect(await look()).toMatchObject({ scheme: 'dark', ground: dark });

	// The system's choice applies again.
	await room.openMenu();
	await room.page.keyboard.press('Tab');
	await choices.getByRole('radio', { name: 'Dark' }).focus();
	await room.page.keyboard.press('ArrowLeft');
	await room.page.keyboard.press('ArrowLeft');
	await expect(choices.getByRole('radio', { name: 'System' })).toBeChecked();
	await room.page.emulateMedia({ colorScheme: 'dark' });
	await expect.poll(look).toMatchObject({ scheme: 'light dark', ground: dark });
	await choices.getByText('Light').click();
	await expect.poll(look).toMatchObject({ scheme: 'light', ground: light });
	await room.page.reload();
	await room.expectConnected();
	expect(await look()).toMatchObject({ scheme: 'light', ground: light });
	expect(room.complaints).toEqual([]);
	await context.close();
});

test('the density is chosen in the person menu, and kept over a reload', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.say('hello');
	await room.expectMessages(['hello']);
	const { height: cosy } = await readLook(room);
	await room.openMenu();
	await page.getByRole('group', { name: 'Density' }).getByText('Compact').click();
	await expect.poll(async () => (await readLook(room)).height).toBeLessThan(0.9 * cosy);
	const { height: compact } = await readLook(room);
	await page.reload();
	await room.expectMessages(['hello']);
	expect((await readLook(room)).height).toBe(compact);
	await room.openMenu();
	await page.getByRole('group', { name: 'Density' }).getByText('Cosy').click();
	await expect.poll(async () => (await readLook(room)).height).toBe(cosy);
});
