import { PAGE_SIZE } from '@digda/protocol';
import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { RoomPage } from './RoomPage.ts';
import { numbered, talk } from './talk.ts';
import { expect, test } from './test.ts';

/** The maximum number of rows in the page. */
const MAX_ROWS = 400;

function textsUpTo(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `message ${index + 1}${' and so on'.repeat(index % 30)}`);
}

test(
	'two people meet in a room, go to another, and find missed messages under a divider',
	{ tag: '@main' },
	async ({ browser, site, lobby, hall }) => {
		const [here, there] = [await browser.newContext(), await browser.newContext()];
		await here.addInitScript(() => {
			navigator.setAppBadge = (count) => {
				document.documentElement.dataset['badge'] = String(count);
				return Promise.resolve();
			};
		});
		const one = await new RoomPage(await here.newPage()).open(site.url, lobby);
		const two = await new RoomPage(await there.newPage()).open(site.url, lobby);
		await one.say('hello');
		await two.expectMessages(['hello']);
		await expect(two.divider).toHaveCount(0);

		await one.goTo(hall);
		await one.expectConnected();
		for (const text of ['one', 'two', 'three']) await two.say(text);
		await expect(one.link(lobby)).toContainText('3 unread');
		await expect(one.page).toHaveTitle(`(3) ${hall} · digda`);
		await expect(one.page.locator('link[rel=icon]')).toHaveAttribute('href', /icon-unread/);
		await expect(one.page.locator('html')).toHaveAttribute('data-badge', '3');

		await one.link(lobby).click();
		await one.expectMessages(['hello', 'one', 'two', 'three']);
		await expect(one.row('one')).toContainText('New messages');
		await expect(one.divider).toHaveCount(1);
		await expect(one.link(lobby)).not.toContainText('unread');
		await expect(one.page).toHaveTitle(`${lobby} · digda`);
		await expect(one.page.locator('link[rel=icon]')).toHaveAttribute('href', /icon\.svg/);
		await expect(one.page.locator('html')).toHaveAttribute('data-badge', '0');
		await two.say('four');
		await one.expectMessages(['hello', 'one', 'two', 'three', 'four']);
		await expect(one.row('one')).toContainText('New messages');
		await one.say('I am back');
		await expect(one.divider).toHaveCount(0);
		expect([...one.complaints, ...two.complaints]).toEqual([]);
	}
);

test('a room opens at the first unread message, and a button scrolls to the end and marks all as read in all tabs', async ({
	browser,
	site,
	lobby,
	hall,
	attic
}) => {
	const context = await browser.newContext();
	const tab = await new RoomPage(await context.newPage()).open(site.url, lobby);
	await tab.goTo(hall);
	await tab.expectConnected();
	const texts = textsUpTo(200);
	await talk(site.url, lobby, texts);
	await expect(tab.link(lobby)).toContainText('200 unread');
	const other = await new RoomPage(await context.newPage()).open(site.url, attic);
	await expect(other.link(lobby)).toContainText('200 unread');

	await tab.link(lobby).click();
	await expect(tab.divider).toBeInViewport();
	await expect(tab.row(texts[0] ?? '')).toContainText('New messages');
	await expect(tab.newestButton).toHaveText(/1\d\d new messages/);
	await tab.newestButton.click();
	await expect(tab.rows.last()).toBeInViewport();
	await expect(tab.rows.last()).toContainText('message 200');
	await expect(tab.newestButton).toBeHidden();
	await expect(other.link(lobby)).not.toContainText('unread');
	await context.close();
});

test('new messages do not move a reader who scrolled up, and a reader at the end stays there, also when the composer grows', async ({
	page,
	site,
	lobby
}) => {
	await talk(site.url, lobby, textsUpTo(60));
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.rows.last()).toBeInViewport();
	await room.field.fill('one\ntwo\nthree\nfour');
	await expect(room.rows.last()).toBeInViewport();
	await room.field.fill('');
	await talk(site.url, lobby, ['down here']);
	await expect(room.row('down here')).toBeInViewport();

	await room.log.hover();
	await page.mouse.wheel(0, -1_500);
	await expect(room.newestButton).toHaveText('Jump to the newest message');
	await expect.poll(() => room.log.evaluate((log) => log.scrollTop)).toBeLessThan(-1_400);
	const row = room.row('message 31 and so on'.replace(' and so on', ''));
	const top = await room.topOf(row);
	await talk(site.url, lobby, ['new 1', 'new 2', 'new 3']);
	await expect(room.newestButton).toHaveText('3 new messages');
	expect(Math.abs((await room.topOf(row)) - top)).toBeLessThanOrEqual(1);
	await room.field.fill('one\ntwo\nthree\nfour');
	await expect.poll(() => room.topOf(row)).toBeGreaterThanOrEqual(top - 1);
	expect(Math.abs((await room.topOf(row)) - top)).toBeLessThanOrEqual(1);
	await room.newestButton.click();
	await expect(room.row('new 3')).toBeInViewport();
});

test('a history of 5,000 messages scrolls up and down without a jump, with a limited number of rows', async ({
	page,
	site,
	lobby
}) => {
	const count = 5_000;
	await talk(site.url, lobby, textsUpTo(count));
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.rows.last()).toContainText(`message ${count}`);

	/** Scrolls to one end of the log. @returns how far rows jumped, and the maximum number of rows */
	const readTo = (way: 'up' | 'down') =>
		room.log.evaluate(async (log, way) => {
			const rows = () => [...log.querySelectorAll<HTMLElement>('[data-seq]')];
			const edge = () => (way === 'up' ? rows()[0] : rows().at(-1));
			const isDone = () => edge()?.dataset['seq'] === (way === 'up' ? '1' : '5000');
			const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
			let [worstJump, mostRows, pages] = [0, 0, 0];
			while (!isDone()) {
				log.scrollTop = way === 'up' ? -log.scrollHeight : 0;
				const row = edge();
				if (!row) throw new Error('no rows');
				const { seq } = row.dataset;
				const { top } = row.getBoundingClientRect();
				await new Promise<void>((resolve) => {
					const observer = new MutationObserver(() => {
						if (edge()?.dataset['seq'] === seq) return;
						observer.disconnect();
						resolve();
					});
					observer.observe(log, { childList: true, subtree: true });
				});
				await frame();
				await frame();
				if (!row.isConnected) throw new Error(`row ${seq} is gone`);
				worstJump = Math.max(worstJump, Math.abs(row.getBoundingClientRect().top - top));
				mostRows = Math.max(mostRows, log.querySelectorAll('li').length);
				pages += 1;
			}
			return { worstJump, mostRows, pages };
		}, way);

	const up = await readTo('up');
	const down = await readTo('down');
	for (const { worstJump, mostRows, pages } of [up, down]) {
		expect(worstJump).toBeLessThanOrEqual(1);
		expect(mostRows).toBeLessThanOrEqual(MAX_ROWS);
		expect(pages).toBeGreaterThan(50);
	}
	await room.log.evaluate((log) => (log.scrollTop = 0));
	await expect(room.newestButton).toBeHidden();
	await talk(site.url, lobby, ['after all']);
	await expect(room.row('after all')).toBeInViewport();
});

test('messages are not read while the window has no focus, and are read under a divider with the focus', async ({
	browser,
	site,
	lobby
}) => {
	const context = await browser.newContext();
	const tab = await new RoomPage(await context.newPage()).open(site.url, lobby);
	await talk(site.url, lobby, ['seen']);
	await expect(tab.row('seen')).toBeVisible();
	await tab.page.evaluate(() => {
		document.hasFocus = () => false;
		window.dispatchEvent(new Event('blur'));
	});
	await talk(site.url, lobby, ['unseen']);
	await expect(tab.row('unseen')).toBeInViewport();
	await expect(tab.page).toHaveTitle(`(1) ${lobby} · digda`);
	await expect(tab.divider).toHaveCount(0);

	await tab.page.evaluate(() => {
		document.hasFocus = () => true;
		window.dispatchEvent(new Event('focus'));
	});
	await expect(tab.row('unseen')).toContainText('New messages');
	await expect(tab.page).toHaveTitle(`${lobby} · digda`);
	await context.close();
});

test('[READ-3] the user’s own messages are never new: after a reload, in another tab, in another room', async ({
	context,
	page,
	site,
	lobby,
	hall
}) => {
	const me = await new RoomPage(page).open(site.url, lobby);
	const tab = await new RoomPage(await context.newPage()).open(site.url, lobby);
	const elsewhere = await new RoomPage(await context.newPage()).open(site.url, hall);
	const texts = ['하나', '둘', '셋'];
	for (const text of texts) {
		await me.page.bringToFront();
		await me.say(text);
		await me.expectSaved();
		await me.page.reload();
		await me.expectConnected();
		await me.expectMessages(texts.slice(0, texts.indexOf(text) + 1));
		await expect(me.divider).toHaveCount(0);
	}
	for (const each of [tab, elsewhere]) {
		await each.page.bringToFront();
		await expect(each.rooms.getByText(/unread/)).toHaveCount(0);
		await expect(each.page).toHaveTitle(/^[^(]/);
		await expect(each.divider).toHaveCount(0);
	}
	await tab.expectMessages(texts);
	await talk(site.url, lobby, ['from somebody else']);
	await expect(elsewhere.link(lobby)).toContainText('1');
});

test('a day is shown above the first row, however many messages are loaded', async ({ page, site, lobby }) => {
	await talk(
		site.url,
		lobby,
		Array.from({ length: 120 }, (_, index) => `${index + 1}`)
	);
	// The reader comes days later.
	await page.clock.install({ time: Date.now() + 3 * 86_400_000 });
	const room = await new RoomPage(page).open(site.url, lobby);
	const day = room.log.getByText(/\w+day, \w+ \d+, \d{4}/);
	const isAboveFirstRow = async () => {
		const [of, row] = [await room.topOf(day), await room.topOf(room.rows.first())];
		return of < row && row - of < 60;
	};
	for (const first of ['71', '21', '1']) {
		await expect(room.rows.first()).toContainText(first);
		await expect(day).toHaveCount(1);
		expect(await isAboveFirstRow()).toBe(true);
		await room.scrollToStart();
	}
});

test('Back and a reload restore the reader’s position, also far back, and a link leads to the new messages', async ({
	page,
	site,
	lobby,
	hall
}) => {
	await talk(site.url, lobby, numbered(400));
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.row('message 400')).toBeInViewport();
	/** Scrolls back in history until a number of messages is loaded, and stops at a message. */
	const goTo = async (text: string) => {
		await expect(async () => {
			await room.scrollToStart();
			await expect(room.row(text)).toBeVisible({ timeout: 500 });
		}).toPass();
		await room.row(text).evaluate((row) => row.scrollIntoView({ block: 'start' }));
		await expect(room.row(text)).toBeInViewport();
		return await room.topOf(room.row(text));
	};
	const expectAt = async (text: string, top: number) => {
		await expect(room.row(text)).toBeInViewport();
		await expect.poll(async () => Math.abs((await room.topOf(room.row(text))) - top)).toBeLessThanOrEqual(1);
	};
	for (const text of ['message 330', 'message 40']) {
		const top = await goTo(text);
		await page.reload();
		await expectAt(text, top);
		await room.goTo(hall);
		await room.expectConnected();
		await page.goBack();
		await expectAt(text, top);
		await page.goForward();
		await expect(page).toHaveURL(new RegExp(hall));
		await page.goBack();
		await expectAt(text, top);
	}
	await room.goTo(hall);
	await room.expectConnected();
	await room.link(lobby).click();
	await expect(room.row('message 400')).toBeInViewport();
	expect(room.complaints).toEqual([]);
});

test('a reader who was at the end returns to the new messages', async ({ page, site, lobby, hall }) => {
	await talk(site.url, lobby, numbered(60));
	const room = await new RoomPage(page).open(site.url, lobby);
	await expect(room.row('message 60')).toBeInViewport();
	await room.goTo(hall);
	await room.expectConnected();
	await talk(site.url, lobby, ['news']);
	await page.goBack();
	await expect(room.row('news')).toBeInViewport();
	await expect(room.divider).toBeInViewport();
	await page.reload();
	await expect(room.row('news')).toBeInViewport();
});

test('a room that is closed while it opens causes no error', async ({ page, site, lobby, hall }) => {
	await talk(site.url, lobby, numbered(60));
	// Frames are late, as on a slow machine.
	await page.addInitScript(() => {
		const request = requestAnimationFrame;
		const late: (() => void)[] = [];
		Object.assign(window, { passFrames: () => late.splice(0).forEach((run) => run()) });
		window.requestAnimationFrame = (run) => late.push(() => request(run));
	});
	const room = await new RoomPage(page).open(site.url, lobby);
	for (const name of [hall, lobby, hall]) {
		await room.goTo(name);
		await expect(page.getByRole('heading', { name })).toBeVisible();
		await room.expectConnected();
		await page.evaluate(() => (window as unknown as { passFrames: () => void }).passFrames());
	}
	// The delayed frames have run when another page is shown.
	await room.say('done');
	await room.expectMessages(['done']);
	expect(room.complaints).toEqual([]);
});

test('[FOLD-4] an edit changes the text, a reaction is not shown yet, and neither counts as new', async ({
	page,
	site,
	lobby,
	hall
}) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	const other = await StockClient.connect(site.url);
	await other.join(lobby);
	const { id } = await other.send(lobby, 'first');
	await room.expectMessages(['first']);
	const target = other.target(id);
	await other.add('edit', lobby, { target, text: 'second' });
	await room.expectMessages(['second']);

	await room.goTo(hall);
	await room.expectConnected();
	await other.add('edit', lobby, { target, text: 'third' });
	await other.add('reaction', lobby, { target, emoji: '👍', isSet: true });
	await other.send(lobby, 'new');
	await expect(room.link(lobby)).toContainText('1 unread');
	await room.link(lobby).click();
	await room.expectMessages(['third', 'new']);
	await expect(room.row('new')).toContainText('New messages');
	await expect(room.link(lobby)).not.toContainText('unread');
	await room.goTo(hall);
	await room.expectConnected();
	await other.add('edit', lobby, { target, text: 'fourth' });
	await room.link(lobby).click();
	await room.expectMessages(['fourth', 'new']);
	await other.send(lobby, 'while one looks');
	await room.expectMessages(['fourth', 'new', 'while one looks']);
	await expect(room.divider).toHaveCount(0);
	other.disconnect();
});

test('a gap that cannot be filled shows a button', async ({ page, site, lobby }) => {
	let isBroken = false;
	await page.routeWebSocket(/socket\.io/, (client) => {
		const server = client.connectToServer();
		server.onMessage((packet) => {
			// Entries are lost, so the page joins again and gets one page.
			if (isBroken && String(packet).includes('entry:new') && String(packet).includes('"message ')) return;
			client.send(packet);
		});
		client.onMessage((packet) => {
			const id = /^42\/chat,(\d+)\["history:read"/.exec(String(packet))?.[1];
			// The other pages cannot be read, so the page waits for the button.
			const error = { code: 'unavailable', message: '', retryAfterMs: 10 * 60_000 };
			if (isBroken && id !== undefined) client.send(`43/chat,${id}${JSON.stringify([{ ok: false, error }])}`);
			else server.send(packet);
		});
	});
	const room = await new RoomPage(page).open(site.url, lobby);
	await talk(site.url, lobby, ['first']);
	await expect(room.row('first')).toBeVisible();
	isBroken = true;
	const lost = numbered(PAGE_SIZE + 1);
	await talk(site.url, lobby, lost);
	await talk(site.url, lobby, ['last']);
	const seam = page.getByRole('button', { name: 'Messages are missing here' });
	await expect(seam).toBeVisible();
	await room.expectMessages(['first', ...lost.slice(0, PAGE_SIZE)]);
	isBroken = false;
	await seam.click();
	await room.expectMessages(['first', ...lost, 'last']);
	await expect(seam).toBeHidden();
});

test('a text is formatted as nodes, and never as HTML', async ({ page, site, lobby }) => {
	const room = await new RoomPage(page).open(site.url, lobby);
	await talk(site.url, lobby, [
		`<img src=x onerror="document.title='injected'"> https://example.com/a?b=1, **굵게**는 *slanted* \`code\``,
		'```ts\nconst a = **1**;\n```\n> quoted\nanswer',
		'🎉 👩‍👩‍👧'
	]);
	const friend = await StockClient.connect(site.url);
	await friend.join(lobby);
	const name = await room.name();
	await friend.add('message', lobby, { text: `@${name} مرحبا`, mentions: [{ id: 'somebody', name }] });
	friend.disconnect();
	const [mixed, blocks, emoji, mention] = [0, 1, 2, 3].map((index) => room.rows.nth(index));
	if (!mixed || !blocks || !emoji || !mention) return;
	await expect(mixed).toContainText(`<img src=x onerror="document.title='injected'">`);
	await expect(mixed.locator('img')).toHaveCount(0);
	const link = mixed.getByRole('link');
	await expect(link).toHaveText('https://example.com/a?b=1');
	await expect(link).toHaveAttribute('href', 'https://example.com/a?b=1');
	await expect(link).toHaveAttribute('rel', /noopener/);
	await expect(mixed.locator('strong')).toHaveText('굵게');
	await expect(mixed.locator('em')).toHaveText('slanted');
	await expect(mixed.locator('code')).toHaveText('code');
	await expect(blocks.locator('pre')).toHaveText('const a = **1**;');
	await expect(blocks.locator('blockquote')).toHaveText('quoted');
	const size = (row: typeof mixed) =>
		row.locator('p[dir=auto]').evaluate((text) => parseFloat(getComputedStyle(text).fontSize));
	expect(await size(emoji)).toBeGreaterThan(1.5 * (await size(mixed)));
	await expect(mention.locator('mark')).toHaveText(`@${name}`);
	expect(room.complaints).toEqual([]);
});

test('a message that cannot be rendered does not hide the list', async ({ page, site, lobby }) => {
	await page.addInitScript(() => {
		const parse = URL.parse.bind(URL);
		URL.parse = (url, base) => {
			if (String(url).includes('boom')) throw new Error('boom');
			return parse(url, base);
		};
	});
	const room = await new RoomPage(page).open(site.url, lobby);
	await talk(site.url, lobby, ['before', 'https://boom.example', 'after']);
	await expect(room.row('after')).toBeVisible();
	await expect(room.rows).toHaveText([/before/, 'Message 2 cannot be shown', /after/]);
});

test('the live region announces new messages of others, many as a count, and never history or own messages', async ({
	browser,
	site,
	lobby
}) => {
	await talk(site.url, lobby, textsUpTo(120));
	const context = await browser.newContext();
	const room = await new RoomPage(await context.newPage()).open(site.url, lobby);
	await expect(room.rows.last()).toBeInViewport();
	await room.scrollToStart();
	await expect(room.rows.first()).toContainText('message 21');
	await room.say('mine');
	await expect(room.row('mine').locator('time')).toHaveCount(1);
	const announced: string[] = [];
	await room.page.exposeFunction('record', (text: string) => announced.push(text));
	await room.announcements.evaluate((region) => {
		const { record } = window as unknown as { record: (text: string) => void };
		new MutationObserver(() => record(region.textContent)).observe(region, { subtree: true, characterData: true });
	});
	await expect(room.announcements).toHaveText('');

	await talk(site.url, lobby, ['hello there']);
	await expect(room.announcements).toHaveText(/: hello there$/);
	await talk(site.url, lobby, textsUpTo(10));
	await expect(room.announcements).toHaveText('10 new messages');

	await context.setOffline(true);
	await expect(room.pill).not.toContainText('Connected');
	await talk(site.url, lobby, ['missed 1', 'missed 2']);
	await context.setOffline(false);
	await expect(room.announcements).toHaveText('Back online: 2 missed messages');
	expect(announced.filter((text) => !/^\S+ \S+: hello there$|^10 new messages$|^Back online: 2 /.test(text))).toEqual(
		[]
	);
	expect(announced).toHaveLength(3);
	await context.close();
});
