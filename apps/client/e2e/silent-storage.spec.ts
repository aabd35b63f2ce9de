import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';

/** How soon the page comes, whatever its database does. */
const PAGE_TIMEOUT_MS = 2_000;

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
						request.addEventListener = () => undefined;
						return request;
					}
				});
			}
		}, method);
		const room = new RoomPage(page);
		await page.goto(`${site.url}/rooms/${lobby}`);
		await expect(room.field).toBeVisible({ timeout: PAGE_TIMEOUT_MS });
		await room.say('안녕하세요');
		await room.say('반갑습니다');
		await room.expectMessages(['안녕하세요', '반갑습니다']);
		expect(room.complaints).toEqual([]);
	});
}
