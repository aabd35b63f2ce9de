import { AxeBuilder } from '@axe-core/playwright';
import { expect, testAlone as test } from './test.ts';

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
