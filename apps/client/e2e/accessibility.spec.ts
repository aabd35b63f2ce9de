import { AxeBuilder } from '@axe-core/playwright';
import { RoomPage } from './RoomPage.ts';
import { talk } from './talk.ts';
import { expect, test as story, testAlone as test } from './test.ts';

for (const colorScheme of ['light', 'dark'] as const) {
	for (const locale of ['en-US', 'ko-KR']) {
		test.describe(`${colorScheme}, ${locale}`, () => {
			test.use({ colorScheme, locale });

			test(
				'axe finds no violation in any state',
				{ tag: colorScheme === 'dark' && locale === 'ko-KR' ? '@main' : [] },
				async ({ echo, server }) => {
					const violations = async () => (await new AxeBuilder({ page: echo.page }).analyze()).violations;
					await echo.expectConnected();
					expect(await violations(), 'empty').toEqual([]);

					await echo.say('안녕하세요');
					await echo.expectAnswer('안녕하세요');
					expect(await violations(), 'answered').toEqual([]);

					await echo.say('x'.repeat(4_001));
					await expect(echo.page.getByRole('alert')).not.toBeEmpty();
					expect(await violations(), 'rejected').toEqual([]);

					await server.stop('SIGKILL');
					await echo.say('offline');
					await expect(echo.pill).toHaveText(/Offline|연결 끊김/);
					expect(await violations(), 'disconnected').toEqual([]);
				}
			);
		});
	}
}

test.describe('while it connects', () => {
	test.use({ front: 'unanswered' });

	test('axe finds no violation', async ({ echo }) => {
		await expect(echo.pill).toHaveText('Connecting…');
		const { violations } = await new AxeBuilder({ page: echo.page }).analyze();
		expect(violations).toEqual([]);
	});
});

for (const width of [320, 768, 1_440]) {
	for (const colorScheme of ['light', 'dark'] as const) {
		story.describe(`at ${width} px, ${colorScheme}`, () => {
			story.use({ colorScheme, viewport: { width, height: 720 }, reducedMotion: 'reduce' });

			story('axe finds no violation in any part of a room', async ({ page, site, lobby }) => {
				const room = await new RoomPage(page).open(site.url, lobby);
				const check = async (state: string) => {
					// The legacy mode needs no second page, and the page has no frames.
					const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
					expect(violations, state).toEqual([]);
				};
				const openSide = async () => {
					if (width < 768) await page.getByRole('button', { name: 'Rooms and settings' }).click();
				};
				await expect(room.log.getByRole('textbox', { name: 'Link' })).toBeVisible();
				await check('empty');

				await openSide();
				await room.openMenu();
				const name = await room.nameField.inputValue();
				await check('person menu');
				await page.keyboard.press('Escape');
				await expect(room.personButton).toBeFocused();
				const finder = await room.openFinder();
				await finder.getByRole('textbox', { name: 'Find or create a room' }).fill('a new room');
				await expect(finder.getByRole('button', { name: 'Create “a-new-room”' })).toBeVisible();
				await check('finder');
				await page.keyboard.press('Escape');
				await expect(finder).toHaveCount(0);
				if (width < 768) await page.keyboard.press('Escape');

				await talk(site.url, lobby, [`@${name} hello`]);
				for (const text of ['one', 'two']) await room.say(text);
				await room.expectMessages([`@${name} hello`, 'one', 'two']);
				await room.row('two').hover();
				await expect(room.row('two').getByRole('toolbar')).toBeVisible();
				await check('with a toolbar');
				await room.edit('two');
				await expect(page.getByRole('button', { name: 'Cancel editing' })).toBeVisible();
				await check('editing');
				await room.field.fill('too');
				await room.field.press('Enter');
				await expect(room.row('too')).toContainText('(edited)');
				await check('edited');

				await room.openPeople();
				await check('panel');
				await page.keyboard.press('Escape');

				await openSide();
				await room.createPrivateRoom('burrow');
				await check('empty private room');
				await room.openPeople();
				await room.invite();
				await check('panel of an owner');
				await room.panel.getByRole('button', { name: 'Close the room' }).click();
				await check('a question');
			});
		});
	}
}
