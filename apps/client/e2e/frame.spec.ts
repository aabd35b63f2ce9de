import { AxeBuilder } from '@axe-core/playwright';
import { devices, type Page } from '@playwright/test';
import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { EchoPage } from './EchoPage.ts';
import { RoomPage } from './RoomPage.ts';
import { talk } from './talk.ts';
import { expect, test } from './test.ts';
import { Wire } from './Wire.ts';

const { viewport, userAgent, deviceScaleFactor } = devices['iPhone SE'];
const PHONE = { viewport, userAgent, deviceScaleFactor, isMobile: true, hasTouch: true };

/** The smallest height of a control for a mouse, and of a link in a text, in CSS pixels. A finger needs 44 in both directions. */
const MOUSE_PX = 32;
const LINK_PX = 24;
const FINGER_PX = 44;

/** Finds controls that are too small for the pointer of the page. The target of a radio button is its label. */
async function smallTargets(page: Page): Promise<string[]> {
	return await page.locator('a, button, input:not([type=radio]), label:has(input), select, textarea').evaluateAll(
		(elements, { MOUSE_PX, LINK_PX, FINGER_PX }) => {
			const isCoarse = matchMedia('(pointer: coarse)').matches;
			/** The area of a link in a text is its line. */
			const lineHeight = (link: Element) => parseFloat(getComputedStyle(link).lineHeight);
			const isSmall = (element: Element) => {
				if (element.closest('[dir=auto]')) return lineHeight(element) < LINK_PX;
				const { width, height } = element.getBoundingClientRect();
				return isCoarse ? Math.min(width, height) < FINGER_PX : height < MOUSE_PX;
			};
			return elements
				.filter((element) => element.checkVisibility() && isSmall(element))
				.map((element) => element.outerHTML.slice(0, 100));
		},
		{ MOUSE_PX, LINK_PX, FINGER_PX }
	);
}

async function overflow(page: Page): Promise<number> {
	return await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test.describe('on a phone', () => {
	test.use(PHONE);

	test(
		'the rooms are in a drawer, Enter breaks the line, and the button sends',
		{ tag: '@main' },
		async ({ page, site, lobby, hall }) => {
			await talk(site.url, hall, ['in the hall']);
			const room = await new RoomPage(page).open(site.url, lobby);
			await expect(room.rooms).toBeHidden();
			await expect(room.field).not.toBeFocused();
			await room.field.tap();
			await page.keyboard.type('one');
			await page.keyboard.press('Enter');
			await page.keyboard.type('two');
			await expect(room.field).toHaveValue('one\ntwo');
			await expect(room.field).toHaveAttribute('enterkeyhint', 'enter');
			await page.getByRole('button', { name: 'Send' }).tap();
			await expect(room.rows).toContainText(['one\ntwo']);

			const menu = page.getByRole('button', { name: 'Rooms and settings' });
			await menu.tap();
			await expect(room.rooms).toBeVisible();
			await page.keyboard.press('Escape');
			await expect(room.rooms).toBeHidden();
			await expect(menu).toBeFocused();
			await menu.tap();
			await page.getByRole('button', { name: 'Close' }).tap();
			await expect(room.rooms).toBeHidden();
			await menu.tap();
			await expect(room.rooms).toBeVisible();
			await page.mouse.click(310, 300); // beside the drawer
			await expect(room.rooms).toBeHidden();
			await menu.tap();
			await room.link(hall).tap();
			await expect(room.rooms).toBeHidden();
			await expect(room.row('in the hall')).toBeVisible();
			await page.goBack();
			await expect(page).toHaveURL(`${site.url}/rooms/${lobby}`);
			await expect(room.row('in the hall')).toHaveCount(0);
			await room.expectConnected();
			await talk(site.url, hall, ['more']);
			await expect(page.getByRole('button', { name: '1 unread' })).toBeVisible();
			expect(room.complaints).toEqual([]);
		}
	);
});

for (const [width, pointer] of [
	[320, 'finger'],
	[640, 'finger'],
	[1_024, 'finger'],
	[640, 'mouse'],
	[1_440, 'mouse']
] as const) {
	test.describe(`${width} px, ${pointer}`, () => {
		test.use({ viewport: { width, height: 640 }, ...(pointer === 'finger' && { hasTouch: true, isMobile: true }) });

		test('each target is large enough, and the page scrolls only in one direction', async ({ page, site, lobby }) => {
			await talk(site.url, lobby, [
				`long ${'x'.repeat(300)} https://example.com`,
				'안녕하세요 '.repeat(50),
				'`code`\n```\nwide '.repeat(9)
			]);
			const room = await new RoomPage(page).open(site.url, lobby);
			const check = async (state: string) => {
				expect(await smallTargets(page), state).toEqual([]);
				expect(await overflow(page), state).toBe(0);
			};
			await check('room');
			await expect(room.rows.last()).toBeInViewport();
			await room.field.fill('mine');
			await page.getByRole('button', { name: 'Send' }).click();
			await expect(room.row('mine').locator('time')).toHaveCount(1);
			await room.rows.last().focus();
			await expect(room.rows.last().getByRole('toolbar')).toBeVisible();
			await check('toolbar');
			await room.openPeople();
			await check('panel');
			await room.panel.getByRole('button', { name: 'Close' }).click();
			const openSide = async () => {
				if (width < 768) await page.getByRole('button', { name: 'Rooms and settings' }).click();
			};
			await openSide();
			await check('side');
			await room.openMenu();
			await check('person menu');
			await page.keyboard.press('Escape');
			await expect(room.personButton).toBeFocused();
			const finder = await room.openFinder();
			await expect(finder).toBeVisible();
			await check('finder');
			await page.goto(site.url);
			await new EchoPage(page).expectConnected();
			await check('echo');
		});
	});
}

test('the language changes without a reload, with dates and numbers, and is remembered', async ({
	page,
	site,
	lobby
}) => {
	await talk(site.url, lobby, ['안녕하세요']);
	const room = await new RoomPage(page).open(site.url, lobby);
	await room.field.fill('half a th');
	await expect(room.log.getByText(/\w+day, \w+ \d+, \d{4}/)).toHaveCount(1);
	await room.openMenu();
	await page.getByRole('combobox').selectOption('한국어');
	await page.keyboard.press('Escape');
	await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
	await expect(room.log.getByText(/\d{4}년 \d+월 \d+일 [월화수목금토일]요일/)).toHaveCount(1);
	await expect(page.getByRole('button', { name: '보내기' })).toBeVisible();
	await expect(page.getByRole('link', { name: '서버와 대화' })).toBeVisible();
	await expect(page.getByRole('textbox', { name: '메시지' })).toHaveValue('half a th');
	await page.reload();
	await expect(page.getByRole('button', { name: '보내기' })).toBeVisible();
});

test('people with the same name have different tags, and one of twelve colours', async ({ page, site, lobby }) => {
	for (let number = 1; number <= 6; number += 1) {
		const person = await StockClient.connect(site.url);
		await person.get('session:rename', { name: 'Big Mole' });
		await person.join(lobby);
		for (const text of ['first', 'second']) await person.send(lobby, `${text} of ${number}`);
		person.disconnect();
	}
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.rows).toHaveCount(12);
	await expect(room.rows.getByRole('img', { name: 'Someone else has a similar name' })).toHaveCount(12);
	const looks = await room.rows.evaluateAll((rows) =>
		rows.map((row) => {
			const [name, avatar] = [row.querySelector<HTMLElement>('.name'), row.querySelector<HTMLElement>('.avatar')];
			return {
				name: name?.textContent,
				initials: avatar?.dataset['initials'],
				hue: name?.style.getPropertyValue('--hue'),
				ground: avatar && getComputedStyle(avatar).backgroundColor,
				tag: row.querySelector('[role=img]')?.textContent
			};
		})
	);
	const firsts = looks.filter((_, index) => index % 2 === 0);
	const seconds = looks.filter((_, index) => index % 2 === 1);
	expect(new Set(looks.map(({ name }) => name))).toEqual(new Set(['Big Mole']));
	expect(new Set(firsts.map(({ initials }) => initials))).toEqual(new Set(['BM']));
	expect(seconds.map(({ hue, tag }) => [hue, tag])).toEqual(firsts.map(({ hue, tag }) => [hue, tag]));
	// By chance, two of them may have one hue or one tag, but hardly all of them.
	expect(new Set(firsts.map(({ tag }) => tag)).size).toBeGreaterThanOrEqual(5);
	expect(new Set(firsts.map(({ hue }) => hue)).size).toBeGreaterThan(1);
	expect(new Set(firsts.map(({ ground }) => ground)).size).toBeGreaterThan(1);
	for (const { hue } of firsts) expect(Number(hue) % 30).toBe(0);
});

test('a mention shows a notification while the page is hidden, after the reader has turned them on', async ({
	browser,
	site,
	lobby
}) => {
	const context = await browser.newContext();
	const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
	const { id, name } = await room.page.evaluate(() => {
		const stored = JSON.parse(localStorage.getItem('digda:session') ?? '') as { user: { id: string; name: string } };
		return stored.user;
	});
	/** Sends a message that mentions the reader. */
	const mention = async (text: string) => {
		const friend = await StockClient.connect(site.url);
		await friend.join(lobby);
		await friend.add('message', lobby, { text, mentions: [{ id, name }] });
		friend.disconnect();
	};
	await room.page.evaluate(() => {
		const shown: string[] = [];
		Object.assign(window, { shown });
		class Fake extends EventTarget {
			static permission = 'granted';
			constructor(title: string, { body }: NotificationOptions) {
				super();
				shown.push(`${title}: ${body ?? ''}`);
			}
		}
		Object.assign(window, { Notification: Fake });
		ServiceWorkerRegistration.prototype.showNotification = (title, options) => {
			shown.push(`${title}: ${options?.body ?? ''}`);
			return Promise.resolve();
		};
	});
	const shown = () => room.page.evaluate(() => (window as unknown as { shown: string[] }).shown);
	const toggle = room.page.getByRole('switch', { name: 'Mention notifications' });
	await room.openMenu();
	await expect(toggle).not.toBeChecked();
	await context.grantPermissions(['notifications'], { origin: site.url });
	await toggle.click();
	await expect(toggle).toBeChecked();

	await mention(`@${name} visible`);
	await expect(room.rows.last()).toContainText('visible');
	await room.page.evaluate(() => {
		Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' });
	});
	await talk(site.url, lobby, ['nobody']);
	await mention(`hey @${name}, look`);
	await expect(room.rows.last()).toContainText('look');
	const heard = [expect.stringMatching(new RegExp(`in ${lobby}: hey @${name}, look$`))];
	await expect.poll(shown).toEqual(heard);

	// Notifications stay off, in all tabs.
	const other = await new RoomPage(await context.newPage()).open(site.url, lobby);
	const otherToggle = other.page.getByRole('switch', { name: 'Mention notifications' });
	await other.openMenu();
	await expect(otherToggle).toBeChecked();
	await otherToggle.click();
	await expect(otherToggle).not.toBeChecked();
	await expect(toggle).not.toBeChecked();
	await mention(`hey @${name}, again`);
	await expect(room.rows.last()).toContainText('again');
	expect(await shown()).toEqual(heard);
	await other.page.reload();
	await other.openMenu();
	await expect(otherToggle).not.toBeChecked();
	await otherToggle.click();
	await expect(toggle).toBeChecked();
	await mention(`hey @${name}, once more`);
	await expect.poll(async () => (await shown()).length).toBe(2);
	await context.close();
});

test('blocked notifications are off and show the reason', async ({ page, site }) => {
	await page.addInitScript(() => {
		class Blocked extends EventTarget {
			static permission = 'denied';
			static requestPermission = () => Promise.resolve('denied');
		}
		Object.assign(window, { Notification: Blocked });
	});
	await page.goto(site.url);
	await new RoomPage(page).openMenu();
	const toggle = page.getByRole('switch', { name: 'Mention notifications' });
	for (let times = 0; times < 2; times += 1) {
		await expect(toggle).not.toBeChecked();
		await expect(toggle).toContainText('Blocked in your browser settings');
		await toggle.click();
	}
});

test('a browser without notifications has no switch for them', async ({ page, site }) => {
	await page.addInitScript(() => Reflect.deleteProperty(window, 'Notification'));
	await page.goto(site.url);
	await new RoomPage(page).openMenu();
	await expect(page.getByRole('switch')).toHaveCount(0);
});

test('the side bar does not move when the connection ends', async ({ page, site, lobby }) => {
	const wire = await new Wire().tap(page);
	const room = await new RoomPage(page).open(site.url, lobby);
	const places = () =>
		page.locator('aside:has(nav)').evaluate((aside) =>
			Array.from(aside.querySelectorAll('a, button, input, select'), (control) => {
				const { top, left, width, height } = control.getBoundingClientRect();
				return [control.textContent, top, left, width, height];
			})
		);
	await expect(room.link(lobby)).toBeVisible();
	const before = await places();
	wire.isDown = true;
	await page.context().setOffline(true);
	await expect(room.pill).toHaveAttribute('data-connection', 'reconnecting');
	expect(await places()).toEqual(before);
	await room.openMenu();
	await expect(page.getByRole('button', { name: 'Connect another device' })).toBeDisabled();
	await page.keyboard.press('Escape');
	await page.context().setOffline(false);
	await wire.repair();
	await room.expectConnected();
	expect(await places()).toEqual(before);
	await room.openMenu();
	await expect(page.getByRole('button', { name: 'Connect another device' })).toBeEnabled();
});

for (const [width, colorScheme, contrast] of [
	[320, 'light', 'no-preference'],
	[1_280, 'dark', 'no-preference'],
	[1_280, 'light', 'more']
] as const) {
	test(`axe finds no violation in any state of a room: ${width} px, ${colorScheme}, contrast ${contrast}`, async ({
		browser,
		site,
		lobby,
		hall
	}) => {
		const context = await browser.newContext({
			...{ colorScheme, contrast, reducedMotion: 'reduce' },
			viewport: { width, height: 640 }
		});
		const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
		const check = async (state: string) => {
			// The legacy mode needs no second page, and the page has no frames.
			const { violations } = await new AxeBuilder({ page: room.page }).setLegacyMode().analyze();
			expect(violations, state).toEqual([]);
			expect(await overflow(room.page), state).toBe(0);
		};
		await check('empty');
		/** On a narrow page, the side bar is in the drawer. */
		const openSide = async () => {
			if (width < 768) await room.page.getByRole('button', { name: 'Rooms and settings' }).click();
		};
		await openSide();
		const name = await room.name();
		await check('side');
		await room.goTo(hall);
		await room.expectConnected();
		await talk(site.url, lobby, [
			`@${name} https://example.com **bold** *italic* \`code\``,
			'> quoted\nanswer',
			`\`\`\`\n${'wide code '.repeat(60)}\n\`\`\``,
			'🎉',
			'مرحبا hello'
		]);
		await openSide();
		await expect(room.link(lobby)).toContainText('unread');
		await check('unread');
		await room.link(lobby).click();
		await expect(room.divider).toHaveCount(1);
		await room.rows.first().hover();
		await check('with messages');
		await room.openPeople();
		await check('people');
		await room.page.keyboard.press('Escape');
		await openSide();
		await room.openMenu();
		await room.nameField.fill(' ');
		await room.page.keyboard.press('Enter');
		await check('a name rejected');
		await room.page.keyboard.press('Escape');
		if (width < 768) await room.page.keyboard.press('Escape');
		await context.setOffline(true);
		await room.say('offline');
		await room.expectWaiting('offline');
		await expect(room.pill).toHaveAttribute('data-connection', 'reconnecting');
		await check('offline');
		await context.close();
	});
}
