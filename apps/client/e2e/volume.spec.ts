import { RoomPage } from './RoomPage.ts';
import { talk } from './talk.ts';
import { expect, testAlone as test } from './test.ts';

function numbered(from: number, to: number): string[] {
	return Array.from({ length: to - from + 1 }, (_, index) => `message ${from + index} with some **words**`);
}

test('10,000 messages in one visit leave few rows and little memory', async ({ page, server }) => {
	test.setTimeout(240_000);
	const room = await new RoomPage(page).open(server.url, 'lobby');
	const session = await page.context().newCDPSession(page);
	const usedHeap = async () => {
		for (let turn = 0; turn < 3; turn += 1) await session.send('HeapProfiler.collectGarbage');
		return (await session.send('Runtime.getHeapUsage')).usedSize;
	};
	let count = 0;
	const receive = async (until: number) => {
		while (count < until) {
			await talk(server.url, 'lobby', numbered(count + 1, (count += 250)));
			await expect(room.rows.last()).toContainText(`message ${count} `);
		}
		await expect(room.rows.last()).toBeInViewport();
		return await usedHeap();
	};
	const early = await receive(1_000);
	const late = await receive(10_000);
	console.log(`heap: ${early} bytes after 1,000 messages, ${late} after 10,000 (${(late / early).toFixed(3)})`);
	expect(await room.page.locator('li').count()).toBeLessThanOrEqual(400);
	expect(late / early).toBeLessThan(1.1);
});

test('the page responds quickly to the Enter that sends', async ({ page, server }) => {
	await talk(server.url, 'lobby', numbered(1, 300));
	const room = await new RoomPage(page).open(server.url, 'lobby');
	await page.evaluate(() => {
		const durations: number[] = [];
		Object.assign(window, { durations });
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) if (entry.name === 'keydown') durations.push(entry.duration);
		}).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
	});
	for (let number = 1; number <= 20; number += 1) {
		await room.field.fill(`mine ${number}`);
		await room.field.press('Enter');
		await expect(room.row(`mine ${number}`).locator('time')).toHaveCount(1);
	}
	const durations = () => page.evaluate(() => (window as unknown as { durations: number[] }).durations);
	// The browser does not report events of less than 16 ms.
	const slow = await durations();
	const all = [...Array.from({ length: Math.max(20 - slow.length, 0) }, () => 16), ...slow].sort((a, b) => a - b);
	const median = all[Math.floor(all.length / 2)] ?? NaN;
	console.log(`Event Timing of Enter: median at most ${median} ms of ${all.join(', ')}`);
	// The goal is 24 ms; busy machines are slower.
	expect(median).toBeLessThanOrEqual(100);
});

test('no layout shifts while 100 messages arrive, and title and icon do not change for their reader', async ({
	page,
	server
}) => {
	await talk(server.url, 'lobby', numbered(1, 60));
	const room = await new RoomPage(page).open(server.url, 'lobby');
	await expect(room.rows.last()).toBeInViewport();
	const observe = () =>
		page.evaluate(() => {
			const headChanges: string[] = [];
			Object.assign(window, { shift: 0, headChanges });
			new MutationObserver((changes) => {
				for (const { target } of changes) headChanges.push(target.nodeName);
			}).observe(document.head, { subtree: true, childList: true, characterData: true, attributes: true });
			new PerformanceObserver((list) => {
				// The types do not contain it yet.
				for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
					(window as unknown as { shift: number }).shift += entry.value;
				}
			}).observe({ type: 'layout-shift' });
		});
	await observe();
	const friend = await new RoomPage((await (await page.context().browser()?.newContext())?.newPage()) ?? page).open(
		server.url,
		'lobby'
	);
	const place = await room.topOf(room.rows.last());
	await friend.field.pressSequentially('typing');
	await expect(page.getByText('typing…')).toBeVisible();
	expect(await room.topOf(room.rows.last())).toBe(place);
	for (const text of numbered(61, 160)) await talk(server.url, 'lobby', [text]);
	await expect(room.rows.last()).toContainText('message 160 ');
	await expect(room.rows.last()).toBeInViewport();
	const shift = await page.evaluate(() => (window as unknown as { shift: number }).shift);
	console.log(`cumulative layout shift: ${shift}`);
	expect(shift).toBeLessThan(0.02);
	// A message that is read on arrival is never unread. An icon that changes with every message would be loaded each time.
	expect(await page.evaluate(() => (window as unknown as { headChanges: string[] }).headChanges)).toEqual([]);
	await friend.page.context().close();
});
