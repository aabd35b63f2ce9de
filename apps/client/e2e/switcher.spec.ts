import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { RoomPage } from './RoomPage.ts';
import { compose, pressEnter } from './compose.ts';
import { talk } from './talk.ts';
import { expect, testAlone } from './test.ts';

/** Opens the switcher. The page loads it on the first key. */
async function openSwitcher(page: Page) {
	await page.keyboard.press('Control+k');
	const field = page.getByRole('combobox', { name: 'Find a room, person or command' });
	await expect(field).toBeFocused();
	const options = page.getByRole('dialog').getByRole('option');
	return { field, options, active: page.getByRole('option', { selected: true }).and(options) };
}

for (const order of ['Chrome', 'Safari'] as const) {
	testAlone(
		`ㅎㅇㅅ finds 회의실 while it is composed, and the Enter after it opens the room once (order of ${order})`,
		{ tag: order === 'Chrome' ? '@main' : [] },
		async ({ page, server }) => {
			await talk(server.url, '회의실', ['first']);
			await talk(server.url, '휴게실', ['other']);
			const room = await new RoomPage(page).open(server.url, '휴게실');
			const visited: string[] = [];
			page.on('framenavigated', (frame) => visited.push(decodeURIComponent(new URL(frame.url()).pathname)));
			await expect(room.link('회의실')).toBeVisible();

			const { field, options, active } = await openSwitcher(page);
			await compose(page, { language: 'Korean', steps: ['ㅎ'], result: 'ㅎ' }, order);
			await compose(page, { language: 'Korean', steps: ['ㅇ'], result: 'ㅇ' }, order);
			await compose(
				page,
				{
					language: 'Korean',
					steps: ['ㅅ'],
					result: 'ㅅ',
					whileComposing: async () => await expect(active).toContainText('회의실')
				},
				order
			);
			await expect(field).toHaveValue('ㅎㅇㅅ');
			await expect(options).toHaveCount(1);
			expect(visited).toEqual([]);

			await pressEnter(page);
			await expect(page.getByRole('heading', { name: '회의실' })).toBeVisible();
			await expect(field).toBeHidden();
			await room.expectMessages(['first']);
			await expect(room.field).toBeFocused();
			expect(visited).toEqual(['/rooms/회의실']);
			expect(room.complaints).toEqual([]);
		}
	);
}

testAlone('the switcher works by keyboard, and offers what was used last first', async ({ page, server }) => {
	for (const name of ['alpha', 'beta', 'gamma']) await talk(server.url, name, ['hello']);
	const room = await new RoomPage(page).open(server.url, 'gamma');
	await expect(room.link('beta')).toBeVisible();

	let { field, active } = await openSwitcher(page);
	await field.fill('be');
	await expect(active).toContainText('beta');
	await page.keyboard.press('Escape');
	await expect(field).toBeHidden();
	await expect(room.field).toBeFocused();

	({ field } = await openSwitcher(page));
	await field.fill('al');
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'alpha' })).toBeVisible();

	({ field, active } = await openSwitcher(page));
	await expect(active).toContainText('alpha');
	await expect(field).toHaveAttribute('aria-activedescendant', (await active.getAttribute('id')) ?? 'none');
	await page.keyboard.press('ArrowUp');
	await expect(active).toContainText('한국어');
	await page.keyboard.press('ArrowDown');
	await expect(active).toContainText('alpha');
	await field.fill('no such thing');
	await expect(page.getByRole('status').filter({ hasText: 'No matches' })).toBeVisible();
	expect(room.complaints).toEqual([]);
});

testAlone(
	'the switcher creates a private room, copies a link and changes the language',
	async ({ context, page, server }) => {
		await context.grantPermissions(['clipboard-read', 'clipboard-write']);
		const room = await new RoomPage(page).open(server.url, 'alpha');

		let { field } = await openSwitcher(page);
		await field.fill('copy');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeVisible();
		await expect(field).toBeFocused();
		expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${server.url}/rooms/alpha`);
		await page.keyboard.press('Escape');

		({ field } = await openSwitcher(page));
		await field.fill('private');
		await page.keyboard.press('Enter');
		await page.getByRole('dialog').getByRole('textbox').fill('Our den');
		await page.keyboard.press('Enter');
		await expect(page.getByRole('heading', { name: 'Our den' })).toBeVisible();

		({ field } = await openSwitcher(page));
		await field.fill('ㅎㄱㅇ');
		await page.keyboard.press('Enter');
		await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
		expect(room.complaints).toEqual([]);
	}
);

for (const colorScheme of ['light', 'dark'] as const) {
	testAlone.describe(colorScheme, () => {
		testAlone.use({ colorScheme });

		testAlone('axe finds no violation in the switcher', async ({ page, server }) => {
			await talk(server.url, 'beta', ['hello']);
			await new RoomPage(page).open(server.url, 'alpha');
			const { field, options } = await openSwitcher(page);
			const violations = async () => (await new AxeBuilder({ page }).analyze()).violations;
			await expect(options.first()).toBeVisible();
			expect(await violations(), 'all').toEqual([]);
			await field.fill('no such thing');
			await expect(options).toHaveCount(0);
			expect(await violations(), 'none').toEqual([]);
		});
	});
}
