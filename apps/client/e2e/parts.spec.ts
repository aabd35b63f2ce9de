import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import { serveParts } from './parts/serve-parts.ts';

/** Stories of single components in a real browser. */
const test = base.extend<{ open: (part: string) => Promise<Page> }, { parts: { url: string } }>({
	parts: [
		async ({}, use) => {
			const { url, close } = await serveParts();
			await use({ url });
			await close();
		},
		{ scope: 'worker' }
	],
	open: async ({ page, parts, locale }, use) => {
		await page.addInitScript((language) => localStorage.setItem('digda:locale', language), locale?.slice(0, 2) ?? 'en');
		await use(async (part) => {
			await page.goto(parts.url + part);
			await page.locator('main').waitFor();
			return page;
		});
	}
});

const violations = async (page: Page) => (await new AxeBuilder({ page }).analyze()).violations;

/** Saves a picture in the folder of the variable `PICTURES`, if it is set. */
async function picture(page: Page, name: string) {
	const folder = process.env['PICTURES'];
	if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}

for (const colorScheme of ['light', 'dark'] as const) {
	test.describe(`in ${colorScheme}`, () => {
		test.use({ colorScheme, locale: 'ko-KR' });

		test('axe finds no violation in texts', async ({ open }) => {
			const page = await open('Text');
			await page.locator('.keyword').first().waitFor();
			expect(await violations(page)).toEqual([]);
			await picture(page, `text-${colorScheme}`);
		});

		test('axe finds no violation in reactions and their names', async ({ open }) => {
			const page = await open('Reactions');
			await picture(page, `reactions-${colorScheme}`);
			expect(await violations(page)).toEqual([]);
			await page.getByRole('button', { name: /🙏🏽 7,/ }).first().hover();
			await expect(page.getByRole('tooltip')).toContainText('두루미');
			expect(await violations(page)).toEqual([]);
			await picture(page, `reactions-names-${colorScheme}`);
		});

		test('axe finds no violation in the picker of emoji', async ({ open }) => {
			const page = await open('Emoji');
			await expect(page.getByRole('dialog')).toBeVisible();
			await picture(page, `emoji-${colorScheme}`);
			expect(await violations(page)).toEqual([]);
			await page.getByRole('searchbox').fill('하트');
			expect(await violations(page)).toEqual([]);
			await picture(page, `emoji-found-${colorScheme}`);
			await page.getByRole('searchbox').fill('없는 것');
			expect(await violations(page)).toEqual([]);
		});
	});
}

test.describe('code', () => {
	test.use({ permissions: ['clipboard-read', 'clipboard-write'], locale: 'en-US' });

	test('looks the same before its button and its colours are there, and moves nothing', async ({ page, open }) => {
		const { promise: held, resolve: release } = Promise.withResolvers<undefined>();
		await page.route('**/CodeBlock.svelte', async (route) => {
			await held;
			await route.continue();
		});
		await open('Text');
		const heights = () =>
			page.locator('section').evaluateAll((all) => all.map((each) => each.getBoundingClientRect().height));
		await expect(page.locator('pre')).toHaveCount(4);
		const before = await heights();
		release(undefined);
		await page.locator('.keyword').first().waitFor();
		expect(await heights()).toEqual(before);
	});

	test('is readable when its chunk cannot be loaded', async ({ page, open }) => {
		await page.route('**/CodeBlock.svelte', (route) => route.abort());
		await open('Text');
		await expect(page.locator('pre').first()).toContainText("const 값: string = 'a'; // 뜻");
		await expect(page.getByRole('button')).toHaveCount(0);
	});

	test('is copied as typed, and the button says so', async ({ open }) => {
		const page = await open('Text');
		const button = page.getByRole('button', { name: 'Copy code' });
		await expect(button).toHaveCount(4);
		await button.nth(1).click();
		await expect(page.getByRole('button', { name: 'Copied' })).toHaveCount(1);
		expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('def f():\n    return None # 뜻');
	});

	test('is copied without the clipboard API of a secure page, too', async ({ page, open }) => {
		await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
		await open('Text');
		await page.getByRole('button', { name: 'Copy code' }).nth(1).click();
		await expect(page.getByRole('button', { name: 'Copied' })).toHaveCount(1);
	});

	test('gets its colours only when it is seen', async ({ page, open }) => {
		const asked: string[] = [];
		page.on('request', (request) => asked.push(request.url()));
		await page.setViewportSize({ width: 400, height: 200 });
		await open('Text');
		await expect(page.getByRole('button', { name: 'Copy code' })).toHaveCount(4);
		expect(asked.filter((url) => url.includes('highlight.ts'))).toEqual([]);
		await page.locator('pre').first().scrollIntoViewIfNeeded();
		await page.locator('.keyword').first().waitFor();
	});
});

test('Tab reaches the links and buttons of a text only where it may', async ({ open }) => {
	const page = await open('Text');
	const [entered, closed] = [page.locator('section.entered'), page.locator('section.closed')];
	await expect(closed.getByRole('button')).toHaveAttribute('tabindex', '-1');
	await expect(closed.getByRole('link')).toHaveAttribute('tabindex', '-1');
	await expect(entered.getByRole('button').first()).toHaveAttribute('tabindex', '0');
	await expect(entered.getByRole('link').first()).toHaveAttribute('tabindex', '0');
});

test('a link with a name shows its host, and its whole address on hover', async ({ open }) => {
	const page = await open('Text');
	const link = page.getByRole('link', { name: '회의록 (docs.a.kr)' });
	await expect(link).toHaveAttribute('title', 'https://docs.a.kr/b');
	await expect(link.getByText('docs.a.kr')).toBeVisible();
	await expect(page.getByRole('link', { name: 'bank.kr (evil.kr/b)' })).toBeVisible();
});

test.describe('reactions', () => {
	test.use({ locale: 'ko-KR' });

	test('a chip asks for the state that it does not have, and says whether one reacted', async ({ open }) => {
		const page = await open('Reactions');
		const bar = page.getByRole('list', { name: '공감' }).first();
		const mine = bar.getByRole('button', { name: '👍' });
		await expect(mine).toHaveAttribute('aria-pressed', 'true');
		await expect(mine).toHaveAccessibleName('👍 3, 수달(비슷한 이름 있음), 두더지, 오소리');
		await mine.click();
		await expect(mine).toHaveAttribute('aria-pressed', 'false');
		await expect(mine).toHaveCSS('font-weight', '400');
		const other = bar.getByRole('button', { name: '❤️' });
		await other.click();
		await expect(other).toHaveAttribute('aria-pressed', 'true');
		await expect(other).toHaveCSS('font-weight', '700');
		await expect(page.locator('main > p')).toHaveText('👍 false; ❤️ true;');
	});

	test('names show on hover and on focus, and Escape hides them', async ({ open }) => {
		const page = await open('Reactions');
		const chip = page.getByRole('button', { name: '🙏🏽' }).first();
		const names = page.getByRole('tooltip');
		await chip.hover();
		await expect(names).toHaveText(/두더지, 오소리, 고라니, 너구리, 두루미/);
		await expect(page.locator('main > p')).toHaveText('people of 🙏🏽;');
		await page.mouse.move(0, 0);
		await expect(names).toHaveCount(0);
		await page.keyboard.press('Tab');
		await expect(names).toHaveText(/수달, 두더지, 오소리/);
		await page.keyboard.press('Escape');
		await expect(names).toHaveCount(0);
		await page.keyboard.press('Tab');
		await page.keyboard.press('Tab');
		await expect(names).toHaveText(/두더지, 오소리, 고라니\s+외 1,231명/);
		const box = await names.boundingBox();
		expect(box?.x).toBeGreaterThanOrEqual(0);
		expect(box?.y).toBeGreaterThanOrEqual(0);
	});

	test('names change nothing in the layout', async ({ open }) => {
		const page = await open('Reactions');
		const heights = () => page.evaluate(() => document.documentElement.scrollHeight);
		const before = await heights();
		await page.getByRole('button', { name: '👍' }).first().hover();
		await expect(page.getByRole('tooltip')).toBeVisible();
		expect(await heights()).toBe(before);
	});

	test('Tab skips the chips of a row that is not entered', async ({ open }) => {
		const page = await open('Reactions');
		for (const chip of await page.locator('.closed button').all()) await expect(chip).toHaveAttribute('tabindex', '-1');
	});

	test.describe('on a touch screen', () => {
		test.use({ hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } });

		test('a tap reacts, and a long press shows the names without reacting', async ({ open }) => {
			const page = await open('Reactions');
			const chip = page.getByRole('button', { name: '❤️' }).first();
			const size = await chip.boundingBox();
			expect(size?.height).toBeGreaterThanOrEqual(32);
			await chip.tap();
			await expect(page.locator('main > p')).toHaveText('❤️ true;');

			const session = await page.context().newCDPSession(page);
			const box = await page.getByRole('button', { name: '👍' }).first().boundingBox();
			if (!box) throw new Error('the chip has no box');
			const touchPoints = [{ x: box.x + box.width / 2, y: box.y + box.height / 2 }];
			await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
			await expect(page.getByRole('tooltip')).toContainText('수달, 두더지, 오소리');
			await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
			await expect(page.locator('main > p')).toHaveText('❤️ true;');
			await expect(page.getByRole('tooltip')).toBeVisible();
			await picture(page, 'reactions-touch');
			await page.getByRole('heading').tap();
			await expect(page.getByRole('tooltip')).toHaveCount(0);
		});
	});

	test('a chip is high enough for a mouse', async ({ open }) => {
		const page = await open('Reactions');
		const size = await page.getByRole('button', { name: '❤️' }).first().boundingBox();
		expect(size?.height).toBeGreaterThanOrEqual(24);
	});
});

test.describe('the picker of emoji', () => {
	test.use({ locale: 'ko-KR' });

	test('is at most 320 px wide, and its field has the focus', async ({ open }) => {
		const page = await open('Emoji');
		const size = await page.getByRole('dialog').boundingBox();
		expect(size?.width).toBeLessThanOrEqual(320);
		await expect(page.getByRole('searchbox')).toBeFocused();
	});

	test('finds emoji in Korean and by shortcodes, and Enter picks the first', async ({ open }) => {
		const page = await open('Emoji');
		const field = page.getByRole('searchbox');
		await field.fill('ㅊㅎ');
		await expect(page.getByRole('button', { name: '파티', exact: true })).toBeVisible();
		await field.fill(':tada:');
		await field.press('Enter');
		await expect(page.locator('output')).toHaveText('🎉');
		await page.getByRole('radio', { name: '동물과 자연' }).check({ force: true });
		await expect(field).toHaveValue('');
		await expect(page.getByRole('button', { name: '쥐', exact: true })).toBeVisible();
	});

	test('takes no key from a composition', async ({ open }) => {
		const page = await open('Emoji');
		const field = page.getByRole('searchbox');
		const session = await page.context().newCDPSession(page);
		await field.focus();
		await session.send('Input.imeSetComposition', { text: '하트', selectionStart: 2, selectionEnd: 2 });
		await expect(page.getByRole('button', { name: '빨간색 하트' })).toBeVisible();
		for (const key of ['Enter', 'Escape', 'ArrowDown'])
			await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, windowsVirtualKeyCode: 229 });
		await expect(field).toBeFocused();
		await expect(page.locator('output')).toHaveText('');
		await session.send('Input.insertText', { text: '하트' });
		await field.press('Enter');
		await expect(page.locator('output')).toHaveText('❤️');
	});

	test('is walked with the arrow keys, and returns to the field', async ({ open }) => {
		const page = await open('Emoji');
		const field = page.getByRole('searchbox');
		await field.press('ArrowDown');
		const grid = page.getByRole('group', { name: '이모지 고르기' });
		const focused = grid.locator('button:focus');
		await expect(focused).toHaveText('❤️');
		await page.keyboard.press('ArrowRight');
		await expect(focused).toHaveText('👍');
		await page.keyboard.press('ArrowDown');
		const below = await focused.boundingBox();
		await page.keyboard.press('ArrowUp');
		await expect(focused).toHaveText('👍');
		const above = await focused.boundingBox();
		expect(below?.x).toBe(above?.x);
		expect(below?.y).toBeGreaterThan(above?.y ?? Infinity);
		await page.keyboard.press('ArrowUp');
		await expect(field).toBeFocused();
		await page.keyboard.press('ArrowDown');
		await page.keyboard.press('End');
		await page.keyboard.press('Enter');
		await expect(page.locator('output')).not.toHaveText('');
		await page.keyboard.press('Escape');
		await expect(page.getByRole('dialog')).toHaveCount(0);
	});

	test('shows its groups, and remembers the skin tone and what was picked', async ({ open }) => {
		const page = await open('Emoji');
		await page.getByRole('radio', { name: '국기' }).check({ force: true });
		await page.getByRole('button', { name: '대한민국 국기' }).click();
		await page.getByRole('radio', { name: '갈색 피부', exact: true }).check({ force: true });
		await page.getByRole('radio', { name: '사람과 몸' }).check({ force: true });
		await page.getByRole('button', { name: '손뼉' }).first().click();
		await expect(page.locator('output')).toHaveText(/^🇰🇷 .*🏽/u);
		await page.reload();
		const recent = page.getByRole('group', { name: '이모지 고르기' }).getByRole('button');
		await expect(recent.first()).toHaveText(/🏽/u);
		await expect(recent.nth(1)).toHaveText('🇰🇷');
		await expect(page.getByRole('radio', { name: '갈색 피부', exact: true })).toBeChecked();
	});

	test.describe('on a touch screen', () => {
		test.use({ hasTouch: true, isMobile: true, viewport: { width: 320, height: 640 } });

		test('opens no keyboard, has large buttons, and fits', async ({ open }) => {
			const page = await open('Emoji');
			await expect(page.getByRole('dialog')).toBeVisible();
			await expect(page.getByRole('searchbox')).not.toBeFocused();
			const button = page.getByRole('group', { name: '이모지 고르기' }).getByRole('button').first();
			const size = await button.boundingBox();
			expect(size?.height).toBeGreaterThanOrEqual(44);
			expect(size?.width).toBeGreaterThanOrEqual(44);
			await button.tap();
			await expect(page.locator('output')).toHaveText('❤️');
			expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
			await picture(page, 'emoji-touch');
		});
	});
});
