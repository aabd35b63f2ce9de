import { AxeBuilder } from '@axe-core/playwright';
import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { RoomPage } from './RoomPage.ts';
import { expect, testAlone as test } from './test.ts';

/** Somebody without a browser who comes into the lobby under a name and says something. */
async function enter(url: string, name: string): Promise<StockClient> {
	const visitor = await StockClient.connect(url);
	await visitor.get('session:rename', { name });
	await visitor.join('lobby');
	await visitor.send('lobby', `from ${name}`);
	return visitor;
}

for (const [locale, mark, typing] of [
	['en-US', 'Looks like the name of somebody else who is online', 'Ada (similar name) typing…'],
	['ko-KR', '지금 접속 중인 다른 사람의 이름과 비슷합니다', 'Ada(비슷한 이름 있음) 님이 입력하는 중…']
] as const) {
	test(`[SESSION-7] names that look alike are marked where people are shown: ${locale}`, async ({
		browser,
		server
	}) => {
		const context = await browser.newContext({ locale });
		const { page, log, row } = await open(await context.newPage(), server.url);
		const markIn = (within: ReturnType<typeof row>) => within.getByRole('img', { name: mark });
		// The second Ada is written with Cyrillic letters.
		const [ada, other, grace] = [
			await enter(server.url, 'Ada'),
			await enter(server.url, 'Аdа'),
			await enter(server.url, 'Grace')
		];

		await expect(markIn(row('from Ada'))).toHaveCount(1);
		await expect(markIn(row('from Аdа'))).toHaveCount(1);
		await expect(row('from Grace')).toBeVisible();
		await expect(markIn(log)).toHaveCount(2);

		await page.locator('button[popovertarget]').first().click();
		const people = page.locator('[popover] li');
		await expect(people).toHaveCount(4);
		await expect(people.getByRole('img', { name: mark })).toHaveCount(2);
		await expect(markIn(people.filter({ hasText: 'Grace' }))).toHaveCount(0);
		expect((await new AxeBuilder({ page }).include('[role=img]').analyze()).violations).toEqual([]);

		ada.socket.emit('typing:set', { room: 'lobby', isTyping: true });
		await expect(page.getByText(typing)).toBeVisible();

		// Whoever is left alone with the name looks like nobody; what the other has said still looks like theirs.
		other.disconnect();
		await expect(markIn(row('from Ada'))).toHaveCount(0);
		await expect(markIn(row('from Аdа'))).toHaveCount(1);
		await expect(people.getByRole('img', { name: mark })).toHaveCount(0);
		for (const visitor of [ada, grace]) visitor.disconnect();
		await context.close();
	});
}

async function open(page: RoomPage['page'], url: string) {
	const room = await new RoomPage(page).open(url, 'lobby');
	return { page, log: room.log, row: (text: string) => room.row(text) };
}
