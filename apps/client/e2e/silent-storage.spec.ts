import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';
import { Wire } from './Wire.ts';

for (const method of ['open', 'getAll', 'add', 'openCursor'] as const) {
	test(`a database whose ${method} fires no event delays neither the page nor messages`, async ({
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
		// The page opens without waiting, because its clock is stopped.
		await page.clock.install({ time: 0 });
		await page.clock.pauseAt(1_000);
		const room = new RoomPage(page);
		await page.goto(`${site.url}/rooms/${lobby}`);
		await expect(room.field).toBeVisible();
		await page.clock.resume();
		await room.say('안녕하세요');
		await room.say('반갑습니다');
		await room.expectMessages(['안녕하세요', '반갑습니다']);
		expect(room.complaints).toEqual([]);
	});
}

test('entries of a database that opens late are shown and sent', async ({ page, site, lobby }) => {
	const wire = await new Wire().tap(page);
	const room = await new RoomPage(page).open(site.url, lobby);
	wire.isDown = true;
	await page.context().setOffline(true);
	await room.say('before');
	await room.expectWaiting('before');
	await room.expectSaved();
	await page.context().setOffline(false);
	await page.clock.install();
	await page.addInitScript(() => {
		const original = Object.getOwnPropertyDescriptor(IDBFactory.prototype, 'open')?.value as IDBFactory['open'];
		const opened = new Promise((resolve) => addEventListener('late', resolve));
		IDBFactory.prototype.open = function (...values) {
			const request = original.apply(this, values);
			const listen = request.addEventListener.bind(request);
			request.addEventListener = (name: string, listener: EventListener) => {
				listen(name, (event) => void opened.then(() => listener.call(request, event)));
			};
			return request;
		};
	});
	await page.reload();
	await expect(room.field).toBeVisible();
	await page.clock.runFor(5_000);
	await room.say('meanwhile');
	await expect(room.rows.last()).toContainText('Lost if you reload');
	await page.evaluate(() => dispatchEvent(new Event('late')));
	await expect(room.rows.first()).toContainText('before');
	await wire.repair();
	await expect(room.rows.locator('time')).toHaveCount(2);
	await expect(room.log).toContainText('before');
	await expect(room.log).toContainText('meanwhile');
	expect(room.complaints).toEqual([]);
});
