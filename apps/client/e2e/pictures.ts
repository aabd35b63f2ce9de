/**
 * Makes the README's pictures from the built app: `pnpm --filter @digda/client pictures`. A machine without
 * Korean fonts shows boxes; Debian has them in `fonts-noto-cjk`.
 */
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { ServerProcess } from '../../server/test/support/ServerProcess.ts';
import { findChromium } from './chromium.ts';
import { EchoPage } from './EchoPage.ts';
import { talk } from './talk.ts';

const PICTURES = [
	{ name: 'light', room: 'moles', locale: 'en-US', colorScheme: 'light' },
	{ name: 'dark', room: '두더지', locale: 'ko-KR', colorScheme: 'dark' }
] as const;

/** What is said in the room of the picture, besides what the reader says. */
const TALK = ['안녕하세요, 여기 계신 분?', 'Hello! I am down here. 🐹', '땅속에서도 잘 들리네요.'];

const folder = fileURLToPath(new URL('../../../docs/', import.meta.url));
const executablePath = findChromium();
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
const server = await ServerProcess.start();
try {
	for (const { name, room, locale, colorScheme } of PICTURES) {
		const context = await browser.newContext({
			locale,
			colorScheme,
			viewport: { width: 800, height: 585 },
			deviceScaleFactor: 2
		});
		const echo = new EchoPage(await context.newPage());
		await echo.page.goto(server.url);
		await echo.expectConnected();
		for (const text of ['안녕하세요!', 'Is anybody down there?', '땅속에서도 잘 들리나요? 🐹']) {
			await echo.say(text);
			await echo.expectAnswer(text);
		}
		await echo.page.screenshot({ path: `${folder}echo-${name}.png` });

		await talk(server.url, room, TALK);
		await echo.page.goto(`${server.url}/rooms/${encodeURIComponent(room)}`);
		await echo.page.getByText('땅속').waitFor();
		await echo.page.locator('textarea').fill('그럼 시작할까요? Shall we?');
		await echo.page.keyboard.press('Enter');
		await echo.page.locator('li:has(time)').nth(TALK.length).waitFor();
		await echo.page.screenshot({ path: `${folder}room-${name}.png` });
		await context.close();
	}
} finally {
	await server.stop('SIGTERM');
	await browser.close();
}
