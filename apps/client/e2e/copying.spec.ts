import type { Locator, Page } from '@playwright/test';
import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';

/** Selects from the start of one element to the end of another with the mouse, and copies. @returns the clipboard */
async function copy(page: Page, from: Locator, to: Locator): Promise<string> {
	const [start, end] = [await from.boundingBox(), await to.boundingBox()];
	if (!start || !end) throw new Error('nothing to select');
	await page.mouse.move(start.x + 1, start.y + start.height / 2);
	await page.mouse.down();
	await page.mouse.move(end.x + end.width - 1, end.y + end.height / 2, { steps: 5 });
	await page.mouse.up();
	await page.keyboard.press('ControlOrMeta+c');
	return await page.evaluate(() => navigator.clipboard.readText());
}

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('several messages are copied as lines of author, time and text, and a single one as selected', async ({
	page,
	site,
	lobby
}) => {
	const room = await new RoomPage(page).open(`http://localhost:${site.port}`, lobby);
	const texts = ['첫째 **굵게**', '둘째\n두 줄', '김*수'];
	for (const text of texts) await room.say(text);
	// The element of a row is replaced when its message is stored.
	await room.expectMessages(['첫째 굵게', '둘째\n두 줄', '김*수']);
	const name = await room.name();
	const bodies = room.rows.locator('p[dir=auto]');
	await room.rows.nth(1).hover();

	const line = (text: string) => `\\[${name}\\] \\[\\d{1,2}:\\d\\d [AP]M\\] ${text.replaceAll('*', '\\*')}`;
	const all = await copy(page, bodies.first(), bodies.last());
	expect(all.replaceAll('\u202f', ' ')).toMatch(new RegExp(`^${texts.map(line).join('\n')}$`));
	await page.evaluate(() => getSelection()?.removeAllRanges());
	expect(await copy(page, bodies.first(), bodies.first())).toBe('첫째 굵게');
});
