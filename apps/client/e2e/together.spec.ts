import { RoomPage } from './RoomPage.ts';
import { talk } from './talk.ts';
import { expect, test } from './test.ts';

test('two people react, reply, follow a quote and a link, set a topic, and write to each other', async ({
	browser,
	site,
	lobby
}) => {
	await talk(site.url, lobby, ['안녕하세요', '오늘 회의 몇 시예요?']);
	const enter = async () => await new RoomPage(await (await browser.newContext()).newPage()).open(site.url, lobby);
	const [one, other] = [await enter(), await enter()];
	const toolbar = one.rows.nth(1).getByRole('toolbar');

	await one.rows.nth(1).hover();
	await toolbar.getByRole('button', { name: 'React with 👍' }).click();
	await expect(other.rows.nth(1).getByRole('button', { name: /👍/ })).toContainText('1');

	await one.rows.nth(1).hover();
	await toolbar.getByRole('button', { name: 'Reply', exact: true }).click();
	await expect(one.field).toBeFocused();
	await one.say('세 시예요');
	const quote = other.page.getByRole('button', { name: /In reply to/ });
	await expect(quote).toContainText('오늘 회의 몇 시예요?');
	await quote.click();
	await expect(other.page.locator('li.lit')).toContainText('오늘 회의 몇 시예요?');
	await other.page.getByRole('button', { name: 'Back to where you were' }).click();
	await expect(other.page.getByRole('button', { name: 'Back to where you were' })).toHaveCount(0);

	await other.page
		.getByRole('button', { name: /^About / })
		.last()
		.click();
	await other.page.getByRole('dialog').getByRole('button', { name: 'Message', exact: true }).click();
	await other.page.waitForURL(/rooms\/~d/);
	await other.expectConnected();
	await other.say('둘만의 이야기');
	await one.rooms.locator('a[href*="~d"]').click();
	await expect(one.row('둘만의 이야기')).toBeVisible();

	await one.page.goto(`${site.url}/rooms/${lobby}/2`);
	await expect(one.page.locator('li.lit')).toContainText('오늘 회의 몇 시예요?');
	await one.openPeople();
	await one.page.getByRole('textbox', { name: 'Topic' }).fill('이번 주 할 일');
	await one.page.getByRole('textbox', { name: 'Topic' }).press('Enter');
	await expect(one.page.locator('header')).toContainText('이번 주 할 일');
	expect([...one.complaints, ...other.complaints]).toEqual([]);
});
