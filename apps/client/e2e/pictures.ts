/**
 * Makes the README's pictures from the built app: `pnpm --filter @digda/client pictures`. A machine without
 * Korean fonts shows boxes; Debian has them in `fonts-noto-cjk`.
 */
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { ServerProcess } from '../../server/test/support/ServerProcess.ts';
import { findChromium } from './chromium.ts';
import { EchoPage } from './EchoPage.ts';

const PICTURES = [
	{ name: 'echo-light', locale: 'en-US', colorScheme: 'light' },
	{ name: 'echo-dark', locale: 'ko-KR', colorScheme: 'dark' }
] as const;

const folder = fileURLToPath(new URL('../../../docs/', import.meta.url));
const executablePath = findChromium();
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
const server = await ServerProcess.start();
try {
	for (const { name, locale, colorScheme } of PICTURES) {
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
		await echo.page.screenshot({ path: `${folder}${name}.png` });
		await context.close();
	}
} finally {
	await server.stop('SIGTERM');
	await browser.close();
}
