import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { RoomPage } from './RoomPage.ts';
import { numbered, talk } from './talk.ts';
import { expect, test, testAlone } from './test.ts';
import { Wire } from './Wire.ts';

/** A browser profile that blocks site data. */
async function profileThatKeepsNothing() {
	const folder = await mkdtemp(join(tmpdir(), 'digda-profile-'));
	const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
	await mkdir(join(folder, 'Default'));
	await writeFile(join(folder, 'Default/Preferences'), JSON.stringify(preferences));
	return { folder, remove: () => rm(folder, { recursive: true }) };
}

test('the chat works in a browser that blocks site data and locks', async ({
	playwright,
	launchOptions,
	site,
	lobby
}) => {
	const profile = await profileThatKeepsNothing();
	const context = await playwright.chromium.launchPersistentContext(profile.folder, {
		...launchOptions,
		locale: 'en-US'
	});
	const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
	const denied = await room.page.evaluate(() =>
		navigator.locks.request('any', () => 'given').catch((error: unknown) => String(error))
	);
	expect(denied).toContain('SecurityError');
	await room.say('hello');
	await room.expectMessages(['hello']);
	expect(room.complaints).toEqual([]);
	await context.close();
	await profile.remove();
});

test('a rejected message shows the reason, and is sent automatically after the user has joined again', async ({
	context,
	site,
	lobby
}) => {
	const page = await context.newPage();
	const wire = await new Wire().tap(page);
	const one = await new RoomPage(page).open(site.url, lobby);
	const two = await new RoomPage(await context.newPage()).open(site.url, lobby);
	const release = wire.hold('message:send');
	await one.say('to nobody');
	await one.field.fill('쓰던 글');
	await two.leave();
	await expect(one.page.getByText('You have left this room.')).toBeVisible();
	release();
	const row = one.rows.filter({ hasText: 'to nobody' });
	await expect(row).toContainText('Not sent: you are not in this room');
	await expect(row.getByRole('button', { name: 'Try again' })).toHaveCount(0);
	await expect(row.getByRole('button', { name: 'Don’t send' })).toBeVisible();
	await expect(one.field).toHaveCount(0);
	await one.page.getByRole('button', { name: 'Join again' }).click();
	await one.expectConnected();
	await one.expectMessages(['to nobody']);
	await expect(one.field).toHaveValue('쓰던 글');
});

testAlone(
	'tabs that continue as a new guest are the same guest, and show no connection until then',
	async ({ context, serve }) => {
		const port = String(await reservePort());
		const server = await serve({ PORT: port });
		const one = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
		const two = await new RoomPage(await context.newPage()).open(server.url, 'lobby');
		await server.stop('SIGKILL');
		await serve({ PORT: port }); // with another database
		for (const tab of [one, two]) {
			await expect(tab.page.getByText('You’ve been signed out')).toBeVisible();
			await expect(tab.pill).toHaveCount(0);
		}
		for (const tab of [one, two]) {
			await tab.page.getByRole('button', { name: 'Start as a new guest' }).click();
			await tab.expectConnected();
		}
		expect(await two.name()).toBe(await one.name());
		await expect(one.page.getByRole('button', { name: '1 online' })).toBeVisible();
	}
);

test('a reader who reached the first row without a connection gets older rows after the reconnection', async ({
	context,
	page,
	site,
	lobby
}) => {
	await talk(site.url, lobby, numbered(120));
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.rows).toHaveCount(50);
	await context.setOffline(true);
	await expect(room.pill).toContainText('Offline');
	await room.scrollToStart();
	await context.setOffline(false);
	await expect(room.rows).not.toHaveCount(50);
});

test(
	'a click at the beginning of a long room leads to the end at once, and new messages are shown',
	{ tag: '@main' },
	async ({ page, site, lobby }) => {
		await talk(site.url, lobby, numbered(500));
		const room = await new RoomPage(page).open(site.url, lobby);
		await expect(room.rows.last()).toContainText('message 500');
		while (!(await room.row('message 1').isVisible())) {
			const first = await room.rows.first().getAttribute('data-seq');
			await room.scrollToStart();
			await expect(room.rows.first()).not.toHaveAttribute('data-seq', first ?? '');
		}
		await expect(room.rows.last()).not.toContainText('message 500'); // the other end was trimmed
		await room.newestButton.click();
		await expect(room.rows.last()).toContainText('message 500');
		await expect(room.rows.last()).toBeInViewport();
		await talk(site.url, lobby, ['new']);
		await expect(room.row('new')).toBeInViewport();
	}
);

test('a reader who scrolled up returns to the newest message by a click', async ({ page, site, lobby }) => {
	await talk(site.url, lobby, numbered(50));
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.rows.last()).toBeInViewport();
	await expect(room.newestButton).toBeHidden();
	await room.scrollToStart();
	await room.newestButton.click();
	await expect(room.rows.last()).toBeInViewport();
	await expect(room.newestButton).toBeHidden();
});

test('messages in a hidden tab are not read', async ({ context, site, lobby }) => {
	await context.addInitScript(() => {
		if (!location.pathname.includes('/hidden-')) return;
		let state = 'hidden';
		Object.defineProperty(document, 'visibilityState', { get: () => state });
		addEventListener('looked-at', () => {
			state = 'visible';
			document.dispatchEvent(new Event('visibilitychange'));
		});
	});
	const here = await new RoomPage(await context.newPage()).open(site.url, lobby);
	const page = await context.newPage();
	const sent: string[] = [];
	page.on('websocket', (socket) => {
		socket.on('framesent', ({ payload }) => sent.push(payload.toString()));
	});
	const other = `hidden-${lobby}`;
	const hidden = await new RoomPage(page).open(site.url, other);
	await talk(site.url, other, ['psst']);
	await hidden.expectMessages(['psst']);
	await talk(site.url, other, ['who is there?']); // arrives after all requests that the first message causes
	await hidden.expectMessages(['psst', 'who is there?']);
	expect(sent.filter((packet) => packet.includes('read:mark'))).toEqual([]);
	const link = here.rooms.getByRole('link', { name: other });
	await expect(link).toContainText('2 unread');
	await page.evaluate(() => dispatchEvent(new Event('looked-at')));
	await expect(link).not.toContainText('unread');
});

test('a text whose stored form is too long stays in the field', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	const text = '\u0958'.repeat(3_999); // each is stored as two code points
	await room.say(text);
	await expect(page.getByRole('alert').filter({ hasText: 'Too long' })).toContainText('7,998');
	await expect(room.field).toHaveValue(text);
	expect(room.complaints).toEqual([]);
});

test('a room that cannot be joined shows the reason', async ({ page, site }) => {
	const room = new RoomPage(page);
	await page.goto(`${site.url}/rooms/~${'A'.repeat(22)}`);
	await expect(page.getByRole('alert')).toContainText('This room doesn’t exist, or');
	await expect(room.field).toHaveCount(0);
	expect(room.complaints).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
	test(`names have enough contrast in each colour: ${colorScheme}`, async ({ browser, site, lobby }) => {
		const context = await browser.newContext({ colorScheme });
		const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
		await room.say('hello');
		await room.expectMessages(['hello']);
		const worst = await room.rows.locator('.name').evaluate((name: HTMLElement) => {
			const canvas = document.createElement('canvas').getContext('2d');
			/** Relative luminance, by WCAG 2.2. */
			const luminance = (color: string) => {
				if (!canvas) return NaN;
				canvas.fillStyle = color;
				canvas.fillRect(0, 0, 1, 1);
				const [red = 0, green = 0, blue = 0] = Array.from(canvas.getImageData(0, 0, 1, 1).data, (value) => {
					const part = value / 255;
					return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
				});
				return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
			};
			const ground = luminance(getComputedStyle(document.documentElement).backgroundColor);
			const contrasts = Array.from({ length: 360 }, (_, hue) => {
				name.style.setProperty('--hue', String(hue));
				const text = luminance(getComputedStyle(name).color);
				return (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
			});
			return Math.min(...contrasts);
		});
		expect(worst).toBeGreaterThanOrEqual(4.5);
		await context.close();
	});
}
