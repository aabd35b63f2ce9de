import type { Page } from '@playwright/test';
import { RoomPage } from './RoomPage.ts';
import { numbered, talk } from './talk.ts';
import { expect, test } from './test.ts';
import { Wire } from './Wire.ts';

/** Adds up the layout shifts of a page from its start, those after an input included. */
async function watchShifts(page: Page) {
	await page.addInitScript(() => {
		const shifts: string[] = [];
		Object.assign(globalThis, { shifts });
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries() as (PerformanceEntry & { sources: { node: Node | null }[] })[])
				for (const { node } of entry.sources)
					if (node?.parentElement?.closest('header')) shifts.push(node.parentElement.outerHTML.slice(0, 200));
		}).observe({ type: 'layout-shift', buffered: true });
	});
	return () => page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
}

for (const locale of ['en-US', 'ko-KR']) {
	test.describe(`a header at 320 px, ${locale}`, () => {
		test.use({ locale, viewport: { width: 320, height: 568 } });

		for (const title of ['lobby', 'x'.repeat(48), '가'.repeat(48)]) {
			test(`keeps its height in every state of the connection: ${title.slice(0, 6)}`, async ({ page, site, lobby }) => {
				const wire = await new Wire().tap(page);
				const shifts = await watchShifts(page);
				const room = await new RoomPage(page).open(site.url, `${lobby}${title}`.slice(0, 60));
				const header = page.locator('header');
				const heights = new Set<number | undefined>();
				const measure = async () => heights.add((await header.boundingBox())?.height);
				await measure();
				await expect(room.pill).toContainText(/\d\s?ms/);
				await measure();
				wire.isDown = true;
				await page.context().setOffline(true);
				await expect(room.pill).not.toHaveAttribute('data-line', /connected|back/);
				await measure();
				await page.context().setOffline(false);
				await wire.repair();
				await room.expectConnected();
				await measure();
				expect([...heights]).toEqual([56]);
				expect(await shifts()).toEqual([]);
				const heading = page.getByRole('heading', { level: 1 });
				await expect(heading).toHaveAttribute('title', (await heading.textContent()) ?? '');
			});
		}
	});
}

test('prints the whole conversation on as many pages as it needs, and nothing of the frame', async ({
	page,
	site,
	lobby
}) => {
	await talk(site.url, lobby, numbered(80));
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.scrollToStart();
	await expect(room.row('message 1')).toBeVisible();
	await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
	for (const frame of [room.rooms, room.field, room.pill, page.getByRole('button')])
		await expect(frame.filter({ visible: true })).toHaveCount(0);
	await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
	expect(await room.log.evaluate((log) => log.scrollHeight - log.clientHeight)).toBe(0);
	expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
		'rgb(250, 247, 244)'
	);
	const pdf = (await page.pdf()).toString('latin1');
	expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
});

test('Page Up and Page Down in an empty field scroll the log, and with a text they are the field’s own', async ({
	page,
	site,
	lobby
}) => {
	await talk(site.url, lobby, numbered(60));
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.field.focus();
	await page.keyboard.press('PageUp');
	await expect(room.rows.last()).not.toBeInViewport();
	await expect(room.field).toBeFocused();
	await page.keyboard.press('PageDown');
	await expect(room.rows.last()).toBeInViewport();
	const before = await room.log.evaluate((log) => log.scrollTop);
	await room.field.fill('a draft');
	await page.keyboard.press('PageUp');
	await room.field.fill('');
	await room.field.dispatchEvent('keydown', { key: 'PageUp', isComposing: true });
	expect(await room.log.evaluate((log) => log.scrollTop)).toBe(before);
});
