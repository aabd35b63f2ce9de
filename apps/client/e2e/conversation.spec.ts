import { compose, pressEnter } from './compose.ts';
import { EchoPage } from './EchoPage.ts';
import { expect, test, testAlone } from './test.ts';

test.afterEach(({ echo }) => {
	expect(echo.complaints).toEqual([]);
});

test.describe('in Korean', () => {
	test.use({ locale: 'ko-KR' });

	testAlone('a person types and the server answers', { tag: '@main' }, async ({ echo, server }) => {
		await echo.expectConnected();
		await expect(echo.pill).toHaveText('연결됨 · WebSocket');
		await expect(echo.page.locator('html')).toHaveAttribute('lang', 'ko');
		await expect(echo.page.locator('html')).not.toHaveAttribute('data-prerendered');

		await echo.say('안녕하세요');
		await expect(echo.entries.nth(0)).toContainText('안녕하세요');
		await expect(echo.entries.nth(1)).toContainText('서버입니다: 안녕하세요');
		await expect(echo.entries.nth(1)).toContainText(/응답 시간 [\d.,]+ms/);
		await expect(echo.field).toHaveValue('');
		await expect(echo.field).toBeFocused();
		await expect.poll(() => server.heard).toEqual(['안녕하세요']);
	});

	for (const browser of ['Chrome', 'Safari'] as const) {
		testAlone(
			`the Enter that ends a composition does not send, and the next Enter sends once (order of ${browser})`,
			async ({ echo, server }) => {
				await echo.expectConnected();
				await echo.field.focus();
				await compose(echo.page, { language: 'Korean', steps: ['ㅎ', '하', '한'], result: '한' }, browser);
				await expect(echo.field).toHaveValue('한');
				await expect(echo.entries).toHaveCount(0);

				await pressEnter(echo.page);
				await echo.expectAnswer('한');
				await echo.say('끝');
				await echo.expectAnswer('끝');
				await expect.poll(() => server.heard).toEqual(['한', '끝']);
			}
		);
	}
});

testAlone('blank text is not sent', async ({ echo, server }) => {
	await echo.expectConnected();
	for (const blank of ['', ' ', '\u3000 \t', '\u200b', '\u3164']) await echo.say(blank);
	await expect(echo.sendButton).toBeDisabled();
	await echo.sendButton.click({ force: true });
	await echo.say('last');

	await echo.expectAnswer('last');
	await expect.poll(() => server.heard).toEqual(['last']);
	await expect(echo.entries).toHaveCount(2);
});

test('a text that is too long is kept, with a clear error until it is changed', async ({ echo }) => {
	await echo.say('가'.repeat(4_001));
	const alert = echo.page.locator('form:has(textarea) [role=alert]');
	await expect(alert).toHaveText('Too long: a message has at most 4,000 characters, this one has 4,001.');
	await expect(echo.field).toHaveAttribute('aria-invalid', 'true');
	await expect(echo.field).toHaveValue('가'.repeat(4_001));

	await echo.field.press('Backspace');
	await expect(alert).toBeEmpty();
	await echo.field.press('Enter');
	await echo.expectAnswer('가'.repeat(4_000));
});

test('the newest message is in view until the reader scrolls up, and again when the reader sends a message', async ({
	echo
}) => {
	await echo.expectConnected();
	for (let number = 1; number <= 30; number += 1) await echo.say(`line ${number}`);
	await echo.expectAnswer('line 30');
	await expect.poll(() => echo.distanceToEnd()).toBeLessThanOrEqual(1);

	await echo.log.hover();
	await echo.page.mouse.wheel(0, -600);
	await expect.poll(() => echo.distanceToEnd()).toBeGreaterThan(500);
	await echo.say('back');
	await echo.expectAnswer('back');
	await expect.poll(() => echo.distanceToEnd()).toBeLessThanOrEqual(1);
});

test('the newest message stays in view when the oldest ones are removed', async ({ echo }) => {
	await echo.expectConnected();
	await echo.field.evaluate((field: HTMLInputElement) => {
		for (let number = 1; number <= 150; number += 1) {
			field.value = `line ${number}`;
			field.form?.requestSubmit();
		}
	});
	for (let number = 151; number <= 170; number += 1) {
		await echo.say(`line ${number}`);
		await echo.expectAnswer(`line ${number}`);
	}
	await expect(echo.entries).toHaveCount(300);
	await expect.poll(() => echo.distanceToEnd()).toBeLessThanOrEqual(1);
});

test('only the conversation scrolls, never the page', async ({ echo }) => {
	await echo.expectConnected();
	for (let number = 1; number <= 30; number += 1) await echo.say(`line ${number}`);
	await echo.expectAnswer('line 30');

	await echo.page.mouse.move(100, 20);
	await echo.page.mouse.wheel(0, 3_000);
	const page = await echo.page.evaluate(() => ({
		excess: document.documentElement.scrollHeight - innerHeight,
		top: scrollY
	}));
	expect(page).toEqual({ excess: 0, top: 0 });
});

test('the page works in a browser that blocks site data', async ({ page, site }) => {
	await page.addInitScript(() => {
		Object.defineProperty(window, 'localStorage', {
			get: () => {
				throw new DOMException('blocked', 'SecurityError');
			}
		});
	});
	const echo = new EchoPage(page);
	await page.goto(site.url);
	await echo.expectConnected();
	await echo.chooseLanguage('한국어');
	await expect(echo.sendButton).toHaveText('보내기');
});

test('all actions of the echo work by keyboard', async ({ echo }) => {
	await echo.expectConnected();
	const { keyboard } = echo.page;
	await expect(echo.field).toBeFocused();
	await keyboard.type('by hand');
	await keyboard.press('Tab');
	await keyboard.press('Space');
	await echo.expectAnswer('by hand');
	await expect(echo.field).toBeFocused();
});

test('the language can be switched without losing the conversation, and is remembered', async ({ echo }) => {
	await echo.say('hello');
	await echo.expectAnswer('hello');
	await echo.field.fill('half a th');
	await echo.chooseLanguage('한국어');

	await expect(echo.sendButton).toHaveText('보내기');
	await expect(echo.page.locator('html')).toHaveAttribute('lang', 'ko');
	await echo.expectAnswer('hello');
	await expect(echo.entries.nth(1)).toContainText('응답 시간');
	await expect(echo.field).toHaveValue('half a th');
	await echo.page.reload();
	await expect(echo.sendButton).toHaveText('보내기');
});

test('a narrow page scrolls only in one direction', async ({ echo }) => {
	await echo.page.setViewportSize({ width: 320, height: 640 });
	await echo.say('a'.repeat(300));
	await echo.say('긴 문장도 화면 밖으로 나가지 않습니다. '.repeat(10));
	await expect(echo.entries).toHaveCount(4);

	const overflow = await echo.page.evaluate(
		() => document.documentElement.scrollWidth - document.documentElement.clientWidth
	);
	expect(overflow).toBe(0);
	expect(await echo.log.evaluate((log) => log.scrollWidth - log.clientWidth)).toBe(0);
});

test('the page comes with a policy that lets no inline script in', async ({ echo }) => {
	await echo.expectConnected();
	const policy = await echo.page.locator('meta[http-equiv="content-security-policy"]').getAttribute('content');
	expect(policy).toMatch(/script-src 'self' 'sha256-[^']+'(;|$)/);

	const blocked = echo.page.evaluate(
		() =>
			new Promise<string>((resolve) => {
				document.addEventListener('securitypolicyviolation', (violation) => resolve(violation.violatedDirective));
				const script = document.createElement('script');
				script.textContent = 'document.title = "injected"';
				document.head.append(script);
			})
	);
	expect(await blocked).toBe('script-src-elem');
	expect(await echo.page.title()).toBe('digda');
	echo.complaints.length = 0; // the violation itself
});
