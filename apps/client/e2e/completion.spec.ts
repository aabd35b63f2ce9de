import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { RoomPage } from './RoomPage.ts';
import { compose, pressEnter } from './compose.ts';
import { expect, test } from './test.ts';

/** The list of suggestions above the field. */
function listOf(page: Page) {
	const list = page.locator('form').getByRole('listbox');
	const options = list.getByRole('option');
	return { list, options, active: options.and(page.getByRole('option', { selected: true })) };
}

/** Joins a room, and has people with these names join it, too. */
async function openWith(page: Page, url: string, lobby: string, names: string[]): Promise<RoomPage> {
	const room = await new RoomPage(page).open(url, lobby);
	for (const name of names) {
		const context = await page.context().browser()?.newContext();
		if (!context) throw new Error('the browser is closed');
		const other = await new RoomPage(await context.newPage()).open(url, lobby);
		await other.ownName.click();
		await other.page.getByRole('textbox', { name: 'Your name' }).fill(name);
		await other.page.getByRole('textbox', { name: 'Your name' }).press('Enter');
		await expect(other.ownName).toHaveText(name);
	}
	await expect(page.getByRole('button', { name: `${names.length + 1} online` })).toBeVisible();
	return room;
}

const LETTERS = { language: 'Korean', steps: ['ㅈ', '자', '장'], result: '장' };

for (const order of ['Chrome', 'Safari'] as const) {
	test(
		`the Enter that ends the composition of @장그 neither sends nor inserts, and the next one inserts 장그래 once (order of ${order})`,
		{ tag: order === 'Chrome' ? '@main' : [] },
		async ({ page, site, lobby }) => {
			const room = await openWith(page, site.url, lobby, ['장그래']);
			const { list, options, active } = listOf(page);
			await room.field.focus();
			await page.keyboard.type('안녕@');
			// The reader is not suggested.
			await expect(options).toHaveCount(1);
			await compose(page, LETTERS, order);
			await expect(options).toHaveCount(1);
			await compose(
				page,
				{
					language: 'Korean',
					steps: ['ㄱ', '그', '글'],
					result: '그',
					whileComposing: async () => {
						await expect(room.field).toHaveValue('안녕@장글');
						await expect(active).toHaveAccessibleName('장그래');
					}
				},
				order
			);
			await expect(room.field).toHaveValue('안녕@장그');
			await expect(room.rows).toHaveCount(0);
			await expect(active).toHaveAccessibleName('장그래');
			await expect(room.field).toHaveAttribute('aria-activedescendant', (await active.getAttribute('id')) ?? 'none');

			await pressEnter(page);
			await expect(room.field).toHaveValue('안녕@장그래');
			await expect(list).toBeHidden();
			await expect(room.rows).toHaveCount(0);
			await compose(page, { language: 'Korean', steps: ['ㄴ', '니', '님'], result: '님' }, order);
			await expect(room.field).toHaveValue('안녕@장그래님');
			await pressEnter(page);
			await room.expectMessages(['안녕@장그래님']);
			expect(room.complaints).toEqual([]);
		}
	);
}

test('a click on a name waits for the end of the composition, and inserts it once', async ({ page, site, lobby }) => {
	const room = await openWith(page, site.url, lobby, ['장그래']);
	const { options, list } = listOf(page);
	await room.field.focus();
	await page.keyboard.type('@');
	await expect(options).toHaveCount(1);
	const events = await room.field.evaluateHandle((field: HTMLTextAreaElement) => {
		const seen: string[] = [];
		field.addEventListener('compositionend', () => seen.push('end'), true);
		field.addEventListener('input', () => field.value === '@장그래' && seen.push('inserted'), true);
		return seen;
	});
	const keyboard = await page.context().newCDPSession(page);
	for (const text of ['ㅈ', '자', '장']) {
		await keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
	}
	await expect(options).toHaveAccessibleName('장그래');
	await options.click();
	await expect(room.field).toHaveValue('@장그래');
	expect(await events.jsonValue()).toEqual(['end', 'inserted']);
	await expect(list).toBeHidden();
	await expect(room.field).toBeFocused();
	await pressEnter(page);
	await room.expectMessages(['@장그래']);
	expect(room.complaints).toEqual([]);
});

test('the list works by keyboard, closes on Escape, and stays away from addresses', async ({ page, site, lobby }) => {
	const room = await openWith(page, site.url, lobby, ['민수', '민지']);
	const { options, list, active } = listOf(page);
	await room.field.focus();
	await page.keyboard.type('ada@민');
	await expect(list).toBeHidden();
	await room.field.fill('');

	await page.keyboard.type('@민');
	await expect(options).toHaveCount(2);
	await expect(active).toHaveAccessibleName('민수');
	await page.keyboard.press('ArrowDown');
	await expect(active).toHaveAccessibleName('민지');
	await page.keyboard.press('ArrowDown');
	await expect(active).toHaveAccessibleName('민수');
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Tab');
	await expect(room.field).toHaveValue('@민지');
	await expect(room.field).toBeFocused();

	await page.keyboard.type(' @민');
	await expect(options).toHaveCount(2);
	await page.keyboard.press('Escape');
	await expect(list).toBeHidden();
	await page.keyboard.type('수');
	await expect(list).toBeHidden();
	await page.keyboard.press('Enter');
	await room.expectMessages(['@민지 @민수']);

	// A name that was typed out needs no choice.
	await room.say('@민수');
	await room.expectMessages(['@민지 @민수', '@민수']);
	expect(room.complaints).toEqual([]);
});

test('two people of one name are told apart in the list', async ({ page, site, lobby }) => {
	const room = await openWith(page, site.url, lobby, ['민수', '민수']);
	const { options } = listOf(page);
	await room.field.focus();
	await page.keyboard.type('@민수');
	await expect(options).toHaveCount(2);
	const labels = await options.allTextContents();
	expect(labels.every((label) => /≈ [\da-f]{3}/.test(label))).toBe(true);
	expect(new Set(labels.map((label) => label.trim())).size).toBe(2);
});

test('a shortcode becomes an emoji, and a colon behind a word waits for a choice', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	const { options, list, active } = listOf(page);
	await room.field.focus();
	await page.keyboard.type(':하트');
	await expect(active).toContainText('❤️');
	await page.keyboard.press('Enter');
	await expect(room.field).toHaveValue('❤️');
	await page.keyboard.type(' 제목:하트');
	await expect(options.first()).toContainText('❤️');
	await expect(active).toHaveCount(0);
	await page.keyboard.press('Enter');
	await expect(list).toBeHidden();
	await room.expectMessages(['❤️ 제목:하트']);
	expect(room.complaints).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test.describe(colorScheme, () => {
		test.use({ colorScheme });

		test('axe finds no violation in the list', async ({ page, site, lobby }) => {
			const room = await openWith(page, site.url, lobby, ['민수', '민수']);
			const { options } = listOf(page);
			const violations = async () => (await new AxeBuilder({ page }).analyze()).violations;
			await room.field.focus();
			await page.keyboard.type('@');
			await expect(options).toHaveCount(2);
			expect(await violations(), 'names').toEqual([]);
			await room.field.fill(':heart');
			await expect(options.first()).toContainText('❤️');
			expect(await violations(), 'emoji').toEqual([]);
		});
	});
}
