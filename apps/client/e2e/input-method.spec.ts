import { chromium, expect, test as base, type Page } from '@playwright/test';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { findChromium } from './chromium.ts';
import { InputMethod, missingForInputMethod } from './InputMethod.ts';
import { RoomPage } from './RoomPage.ts';
import { talk } from './talk.ts';

interface Typist {
	page: Page;
	/** Presses keys one after the other, each when the page has seen the end of the last one. */
	press: (...keys: string[]) => Promise<void>;
	/** Each Enter that the page has seen: the input method took it or left it to the page. */
	enters: () => Promise<('taken' | 'left')[]>;
}

/** Stories that are typed on a screen, through ibus-hangul, into a Chromium with a window. */
const test = base.extend<Typist, { server: ServerProcess; method: InputMethod }>({
	server: [
		async ({}, use) => {
			const server = await ServerProcess.start({ RATE_LIMITS: 'off' });
			await use(server);
			await server.stop('SIGKILL');
		},
		{ scope: 'worker' }
	],
	method: [
		async ({}, use) => {
			const missing = missingForInputMethod();
			if (missing.length > 0) throw new Error(`this machine lacks ${missing.join(', ')}`);
			const method = await InputMethod.start();
			await use(method);
			await method.stop();
		},
		{ scope: 'worker' }
	],
	page: async ({ method }, use) => {
		const executablePath = findChromium();
		const browser = await chromium.launch({
			headless: false,
			env: method.variables,
			args: ['--ozone-platform=x11'],
			...(executablePath === undefined ? {} : { executablePath })
		});
		const page = await browser.newPage({ locale: 'en-US' });
		await page.addInitScript(() => {
			const seen = { keyups: 0, enters: [] as string[] };
			Object.assign(globalThis, { seen });
			addEventListener('keyup', () => (seen.keyups += 1), true);
			addEventListener(
				'keydown',
				(event) => {
					// A key that the input method takes has the code of the key and no name.
					if (event.code === 'Enter') seen.enters.push(event.key === 'Enter' ? 'left' : 'taken');
				},
				true
			);
		});
		await use(page);
		await browser.close();
	},
	press: async ({ page, method }, use) => {
		const keyups = () => page.evaluate(() => (globalThis as unknown as { seen: { keyups: number } }).seen.keyups);
		await use(async (...keys) => {
			for (const key of keys) {
				const before = await keyups();
				await method.press(key);
				await expect.poll(keyups).toBeGreaterThan(before);
			}
		});
	},
	enters: async ({ page }, use) => {
		await use(() =>
			page.evaluate(() => (globalThis as unknown as { seen: { enters: ('taken' | 'left')[] } }).seen.enters)
		);
	}
});

/** Presses a key until the input method composes: the browser connects to it after its window has opened. */
async function untilComposing(page: Page, press: Typist['press']) {
	const field = page.locator('textarea');
	await field.focus();
	await expect
		.poll(async () => {
			await press('g');
			const value = await field.inputValue();
			await press('BackSpace');
			return value;
		})
		.toBe('ㅎ');
	await expect(field).toHaveValue('');
}

/**
 * Presses Enter within a composition. ibus-hangul takes the key, ends the composition, and leaves another Enter to the page. An
 * engine that leaves none needs a second key, and nothing may have happened before it.
 */
async function pressEnter(press: Typist['press'], enters: Typist['enters'], isUnchanged: () => Promise<void>) {
	await press('Return');
	const [first, ...others] = await enters();
	expect(first).toBe('taken');
	expect(others.length).toBeLessThanOrEqual(1);
	if (others.length > 0) return;
	await isUnchanged();
	await press('Return');
}

test('with a real input method, @장그 and Enter send nothing, and 장그래 is inserted once', async ({
	page,
	press,
	enters,
	server
}) => {
	const other = await StockClient.connect(server.url);
	await other.get('session:rename', { name: '장그래' });
	await other.join('lobby');
	const room = await new RoomPage(page).open(server.url, 'lobby');
	await expect(page.getByRole('button', { name: '2 online' })).toBeVisible();
	await untilComposing(page, press);

	await press('at');
	const options = page.locator('form').getByRole('option');
	await expect(options).toHaveCount(1);
	await press('w', 'k', 'd', 'r', 'm');
	await expect(room.field).toHaveValue('@장그');
	await expect(options).toHaveAccessibleName('장그래');

	await pressEnter(press, enters, () => expect(room.field).toHaveValue('@장그'));
	await expect(room.field).toHaveValue('@장그래');
	await expect(options).toHaveCount(0);
	await expect(room.rows).toHaveCount(0);

	await press('s', 'l', 'a');
	await expect(room.field).toHaveValue('@장그래님');
	await press('space', 'Return');
	await room.expectMessages(['@장그래님']);
	expect(room.complaints).toEqual([]);
	other.disconnect();
});

test('with a real input method, ㅎㅇㅅ opens 회의실 once', async ({ page, press, enters, server }) => {
	await talk(server.url, '회의실', ['first']);
	await talk(server.url, '휴게실', ['other']);
	// Without the syllable that is composed, this room would be found, too.
	await talk(server.url, '휴양지', ['another']);
	const room = await new RoomPage(page).open(server.url, '휴게실');
	await expect(room.link('회의실')).toBeVisible();
	await untilComposing(page, press);
	const visited: string[] = [];
	page.on('framenavigated', (frame) => visited.push(decodeURIComponent(new URL(frame.url()).pathname)));

	await press('ctrl+k');
	const field = page.getByRole('combobox', { name: 'Find a room, person or command' });
	await expect(field).toBeFocused();
	await press('g', 'd', 't');
	await expect(field).toHaveValue('ㅎㅇㅅ');
	const options = page.getByRole('dialog').getByRole('option');
	await expect(options).toHaveCount(1);
	await expect(options).toContainText('회의실');
	expect(visited).toEqual([]);

	await pressEnter(press, enters, () => expect(field).toHaveValue('ㅎㅇㅅ'));
	await expect(page.getByRole('heading', { name: '회의실' })).toBeVisible();
	await room.expectMessages(['first']);
	expect(visited).toEqual(['/rooms/회의실']);
	expect(room.complaints).toEqual([]);
});
