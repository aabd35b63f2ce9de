/**
 * Makes the README's pictures from the built app: `pnpm --filter @digda/client pictures`. A machine without Korean fonts
 * or emoji shows boxes; Debian has them in `fonts-noto-cjk` and `fonts-noto-color-emoji`.
 */
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContextOptions } from '@playwright/test';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { findChromium } from './chromium.ts';
import { talk } from './talk.ts';

/** The messages of the room, with their authors. */
const TALK = [
	['안녕하세요, 여기 계신 분?', '오늘 **배포** 전에 볼 것이 하나 있어요: https://example.com/issues/42'],
	['Hello! I am down here. 🐹', 'Give me five minutes, then `pnpm test` is through.'],
	['> Give me five minutes\n천천히 하세요. 땅속에서도 잘 들리네요.', '🎉']
];
const ROOM = '두더지-굴';
const ROOM_PATH = `/rooms/${ROOM}`;
const DESK = { viewport: { width: 1_000, height: 640 }, deviceScaleFactor: 2 };
const PHONE = { viewport: { width: 390, height: 700 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };

const folder = fileURLToPath(new URL('../../../docs/', import.meta.url));
const executablePath = findChromium();
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
const servers: ServerProcess[] = [];

/** Opens a page in a separate browser context, on a server with the messages. */
async function open(path: string, options: BrowserContextOptions) {
	const server = await ServerProcess.start({ RATE_LIMITS: 'off' });
	servers.push(server);
	for (const room of ['lobby', '점심']) await talk(server.url, room, ['hello']);
	for (const texts of TALK) await talk(server.url, ROOM, texts);
	const context = await browser.newContext(options);
	const page = await context.newPage();
	await page.goto(server.url + path);
	await page.locator('[data-connection=connected]').waitFor();
	const say = async (text: string) => {
		await page.locator('textarea').fill(text);
		await page.locator('form:has(textarea) button').click();
	};
	const enterRoom = async () => {
		const isKorean = options.locale === 'ko-KR';
		await page
			.getByRole('button', { name: isKorean ? '대화방 추가' : 'Add a room' })
			.first()
			.click();
		const title = page.getByRole('textbox', { name: isKorean ? '비공개 대화방 이름' : 'Title of the private room' });
		await title.fill(isKorean ? '깜짝 파티 준비' : 'Surprise party');
		await title.focus();
		await page.keyboard.press('Enter');
		await page.waitForURL(/rooms\/~/);
		await page.locator('[role=log][aria-busy=false]').waitFor();
		await page.goto(server.url + ROOM_PATH);
		await page.locator('[role=log][aria-busy=false]').waitFor();
	};
	const shoot = (name: string) => page.screenshot({ path: `${folder}${name}.png` });
	return { context, page, say, enterRoom, shoot };
}

try {
	for (const [name, locale, colorScheme] of [
		['light', 'en-US', 'light'],
		['dark', 'ko-KR', 'dark'],
		['light-ko', 'ko-KR', 'light'],
		['dark-en', 'en-US', 'dark']
	] as const) {
		const { context, page, say, enterRoom, shoot } = await open('/', { ...DESK, locale, colorScheme });
		for (const text of ['안녕하세요!', 'Is anybody down there?', '땅속에서도 잘 들리나요? 🐹']) {
			await say(text);
			await page.getByText(`서버입니다: ${text}`).waitFor();
		}
		if (!name.includes('-')) await shoot(`echo-${name}`);

		await enterRoom();
		await say('그럼 시작할까요? Shall we?');
		await page.locator('li:has(time)', { hasText: 'Shall we?' }).hover();
		await shoot(`room-${name}`);
		await context.close();
	}

	const phone = await open(ROOM_PATH, { ...PHONE, locale: 'ko-KR', colorScheme: 'light' });
	await phone.page.locator('[role=log][aria-busy=false]').waitFor();
	await phone.page.getByRole('button', { name: '대화방과 설정' }).tap();
	await phone.page.getByRole('navigation').getByText('점심').waitFor();
	// The animation of the drawer is short.
	await phone.page
		.locator('dialog')
		.evaluate((dialog) => Promise.all(dialog.getAnimations().map((each) => each.finished)));
	await phone.shoot('phone-drawer');
	await phone.page.keyboard.press('Escape');
	await phone.context.setOffline(true);
	await phone.page.locator('[data-connection=reconnecting]').waitFor();
	await phone.say('터널 안이라 조금 뒤에 갈 거예요.');
	await phone.page.locator('[data-state=waiting]').getByText('다시 연결되면 보내요').waitFor();
	await phone.shoot('phone-offline');
	await phone.context.close();
} finally {
	for (const server of servers) await server.stop('SIGTERM');
	await browser.close();
}
