import { AxeBuilder } from '@axe-core/playwright';
import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { RoomPage } from './RoomPage.ts';
import { expect, testAlone as test } from './test.ts';

/** Joins the lobby without a browser under a name, and sends a message. */
async function enter(url: string, name: string, text = `from ${name}`): Promise<StockClient> {
	const visitor = await StockClient.connect(url);
	await visitor.get('session:rename', { name });
	await visitor.join('lobby');
	await visitor.send('lobby', text);
	return visitor;
}

for (const [locale, mark, typing] of [
	['en-US', /^Someone else has a similar name. This person’s mark: [0-9a-f]{3}$/, 'Ada (similar name) is typing…'],
	[
		'ko-KR',
		/^이름이 비슷한 다른 사람이 있어요. 이 사람의 표식: [0-9a-f]{3}$/,
		'Ada(비슷한 이름 있음) 님이 입력하는 중…'
	]
] as const) {
	test(`[SESSION-7] names that look alike are marked wherever people are shown: ${locale}`, async ({
		browser,
		server
	}) => {
		const context = await browser.newContext({ locale });
		const { page, log, row, panel } = await open(await context.newPage(), server.url);
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

		await page.locator('header button[aria-expanded]').click();
		const people = panel.getByRole('listitem');
		await expect(people).toHaveCount(4);
		await expect(people.getByRole('img', { name: mark })).toHaveCount(2);
		await expect(markIn(people.filter({ hasText: 'Grace' }))).toHaveCount(0);
		expect((await new AxeBuilder({ page }).include('[role=img]').analyze()).violations).toEqual([]);

		ada.socket.emit('typing:set', { room: 'lobby', isTyping: true });
		await expect(page.getByText(typing)).toBeVisible();

		// The messages of a person who has left still show the name.
		other.disconnect();
		await expect(people).toHaveCount(3);
		await expect(markIn(log)).toHaveCount(2);
		await expect(people.getByRole('img', { name: mark })).toHaveCount(1);
		for (const visitor of [ada, grace]) visitor.disconnect();
		await context.close();
	});
}

test('[SESSION-7] two absent people with one name have different tags, and old messages show a later name', async ({
	browser,
	server
}) => {
	for (const text of ['one', 'two']) {
		const kim = await enter(server.url, 'Kim', text);
		kim.disconnect();
	}
	const renamed = await enter(server.url, 'Park', 'before');
	await renamed.get('session:rename', { name: 'Choi' });
	await renamed.send('lobby', 'after');
	const present = await enter(server.url, 'Lee', 'as Lee');
	const context = await browser.newContext();
	const { page, row, panel } = await open(await context.newPage(), server.url);
	const tagOf = async (text: string) =>
		await row(text)
			.getByRole('img', { name: /Someone else has a similar name/ })
			.textContent();
	expect(await tagOf('one')).toMatch(/^≈ [0-9a-f]{3}$/);
	expect(await tagOf('two')).not.toBe(await tagOf('one'));
	await expect(row('before')).toContainText('later called Choi');
	await expect(row('after')).not.toContainText('later called');

	// The mark also appears during the visit, without another message.
	await expect(row('as Lee')).not.toContainText('later called');
	await present.get('session:rename', { name: 'Kim' });
	await expect(row('as Lee')).toContainText('later called Kim');
	await page.locator('header button[aria-expanded]').click();
	await expect(panel.getByRole('listitem').filter({ hasText: 'Kim' }).getByRole('img')).toHaveCount(1);
	for (const visitor of [renamed, present]) visitor.disconnect();
	await context.close();
});

async function open(page: RoomPage['page'], url: string) {
	const room = await new RoomPage(page).open(url, 'lobby');
	const panel = page.locator('main aside');
	return { page, panel, log: room.log, row: (text: string) => room.row(text) };
}
