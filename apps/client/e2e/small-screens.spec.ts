import type { Page } from '@playwright/test';
import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { RoomPage } from './RoomPage.ts';
import { numbered, talk } from './talk.ts';
import { expect, test } from './test.ts';
import { Wire } from './Wire.ts';

/** Adds up all layout shifts of a page, including those after an input. */
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
				await measure();
				wire.isDown = true;
				await page.context().setOffline(true);
				await expect(room.pill).not.toHaveAttribute('data-connection', /connected|back/);
				await measure();
				// The banner is below the header, and as wide as its text.
				const banner = await room.pill.boundingBox();
				expect(banner?.y).toBeGreaterThanOrEqual(56);
				expect(banner?.x).toBeGreaterThanOrEqual(0);
				expect((banner?.x ?? 0) + (banner?.width ?? 0)).toBeLessThanOrEqual(320);
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
		'rgb(254, 253, 251)'
	);
	const pdf = (await page.pdf()).toString('latin1');
	expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(1);
});

test('Page Up and Page Down scroll the log in an empty field, and the field with a text', async ({
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

test('the toolbar of a row covers no name, however long, and moves nothing', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	for (const name of ['W'.repeat(32), '이름이아주긴사람'.repeat(4), 'Kim']) {
		await room.rename(name);
		for (const text of [`short of ${name}`, `more of ${name}`]) {
			await room.say(text);
			await expect(room.row(text).locator('time')).toHaveCount(1);
		}
	}
	await page.setViewportSize({ width: 320, height: 1_000 });
	await expect(room.rows).toHaveCount(6);
	const tops = () => room.rows.evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top));
	await room.field.hover();
	const before = await tops();
	for (const row of await room.rows.all()) {
		await row.hover();
		const bar = await row.getByRole('toolbar').boundingBox();
		if (!bar) throw new Error('no toolbar');
		expect(bar.x + bar.width).toBeLessThanOrEqual(320);
		expect(await tops()).toEqual(before);
		for (const name of await room.rows.locator('p:not(.sr-only) > bdi').all()) {
			const { x, y, width, height } = (await name.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
			const isApart = bar.y >= y + height || bar.y + bar.height <= y || bar.x >= x + width;
			expect(isApart, await name.textContent().then(String)).toBe(true);
		}
	}
});

for (const [width, height] of [
	[568, 320],
	[667, 375],
	[844, 390]
] as const) {
	test(`a phone in landscape shows at least six rows: ${width} × ${height}`, async ({ page, site, lobby }) => {
		await page.setViewportSize({ width, height });
		await talk(site.url, lobby, numbered(30));
		const room = await new RoomPage(page).open(site.url, lobby);
		await expect(room.rows.last()).toBeInViewport();
		const whole = () =>
			room.log.evaluate((log) => {
				const { top, bottom } = log.getBoundingClientRect();
				return Array.from(log.querySelectorAll('li[data-seq]'), (row) => row.getBoundingClientRect()).filter(
					(row) => row.top >= top && row.bottom <= bottom
				).length;
			});
		expect(await whole()).toBeGreaterThanOrEqual(6);
		// The typing notice needs no height of its own.
		const client = await StockClient.connect(site.url);
		await client.join(lobby);
		const place = await room.topOf(room.rows.last());
		client.socket.emit('typing:set', { room: lobby, isTyping: true });
		await expect(page.getByText(/typing…/)).toBeInViewport();
		expect(await room.topOf(room.rows.last())).toBe(place);
		client.disconnect();
	});
}

test('six alternating authors have a row each on a phone in landscape', async ({ page, site, lobby }) => {
	await page.setViewportSize({ width: 667, height: 375 });
	for (const text of numbered(7)) await talk(site.url, lobby, [text]);
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.rows.last()).toBeInViewport();
	await expect(room.rows.nth(1)).toBeInViewport({ ratio: 1 });
});
