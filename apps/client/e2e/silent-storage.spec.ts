import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';

/** How long the page waits in all for what its database does not do. */
const PATIENCE_MS = 2_000;

for (const method of ['open', 'getAll', 'add', 'openCursor'] as const) {
	test(`a database whose ${method} fires no event keeps neither the page nor messages away`, async ({
		page,
		site,
		lobby
	}) => {
		await page.addInitScript((name) => {
			for (const { prototype } of [IDBFactory, IDBObjectStore, IDBIndex]) {
				const original = Object.getOwnPropertyDescriptor(prototype, name)?.value as
					((...values: unknown[]) => EventTarget) | undefined;
				if (!original) continue;
				Object.defineProperty(prototype, name, {
					value(...values: unknown[]) {
						const request = original.apply(this, values);
						request.addEventListener = () => document.documentElement.setAttribute('data-silent', '');
						return request;
					}
				});
			}
		}, method);
		// The page's clock, which stands still while the machine is busy.
		await page.clock.install({ time: 0 });
		await page.clock.pauseAt(1_000);
		const room = new RoomPage(page);
		await page.goto(`${site.url}/rooms/${lobby}`);
		if (method === 'open') {
			await expect(page.locator('html')).toHaveAttribute('data-silent');
			await page.clock.runFor(PATIENCE_MS);
		}
		await expect(room.field).toBeVisible();
		await page.clock.resume();
		await room.say('안녕하세요');
		await room.say('반갑습니다');
		await room.expectMessages(['안녕하세요', '반갑습니다']);
		expect(room.complaints).toEqual([]);
	});
}
