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
	open: async ({ page, parts }, use) => {
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
