import { once } from 'node:events';
import { createServer, request, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

/** Counts the loads of a page, and collects the errors of its scripts. */
function watch(page: Page) {
	const seen = { loads: 0, errors: [] as string[] };
	page.on('request', (request) => {
		if (request.isNavigationRequest() && request.frame() === page.mainFrame()) seen.loads += 1;
	});
	page.on('pageerror', ({ message }) => seen.errors.push(message));
	return seen;
}

/** Opens a path without Playwright's changes to URLs. @returns the status */
async function open(page: Page, url: string): Promise<number> {
	const response = page.waitForResponse((answer) => answer.request().isNavigationRequest());
	await page.evaluate((to) => void (location.href = to), url);
	return (await response).status();
}

const HOME = { 'en-US': 'Go to the home page', 'ko-KR': '처음으로' };
const NO_ROOM = { 'en-US': 'That room name isn’t valid', 'ko-KR': '대화방 이름으로 쓸 수 없어요' };

for (const locale of ['en-US', 'ko-KR'] as const) {
	test.describe(`in ${locale}`, () => {
		test.use({ locale });

		test('an unknown address shows a message and a link to the home page, and loads the page once', async ({
			page,
			site
		}) => {
			await page.goto(site.url);
			const seen = watch(page);
			for (const path of [
				'/join/x',
				'/device/x',
				'/rooms/lobby/extra',
				'/rooms//lobby',
				'/index.html',
				'/200.html',
				'/%'
			]) {
				seen.loads = 0;
				expect(await open(page, site.url + path), path).toBe(404);
				const home = page.getByRole('link', { name: HOME[locale], exact: true });
				await expect(home).toBeVisible();
				// This takes longer than the start of a reload.
				await page.evaluate(() => fetch('/_app/version.json'));
				expect([path, seen.loads, seen.errors]).toEqual([path, 1, []]);
			}
			await page.getByRole('link', { name: HOME[locale], exact: true }).click();
			await expect(page).toHaveURL(`${site.url}/`);
		});

		test('an invalid room name shows a message, whatever its percent signs', async ({ page, site }) => {
			await page.goto(site.url);
			const seen = watch(page);
			for (const path of ['/rooms/100%', '/rooms/50%-할인', '/rooms/%ff', '/rooms/v1.0', '/rooms/a%2Fb']) {
				seen.loads = 0;
				expect(await open(page, site.url + path), path).toBe(404);
				await expect(page.getByRole('heading', { name: NO_ROOM[locale] })).toBeVisible();
				expect([path, seen.loads, seen.errors]).toEqual([path, 1, []]);
			}
		});
	});
}

test('a fragment or query that cannot be decoded does not prevent the room from opening', async ({
	page,
	site,
	lobby
}) => {
	await page.goto(site.url);
	const seen = watch(page);
	for (const rest of ['#%', '#%ff', '?at=%', '?%ff#100%']) {
		expect(await open(page, `${site.url}/rooms/${lobby}${rest}`)).toBe(200);
		await expect(page.getByRole('heading', { name: lobby })).toBeVisible();
		await expect(page.getByRole('log')).toHaveAttribute('aria-busy', 'false');
		await page.goto(site.url);
	}
	expect(seen.errors).toEqual([]);
});

/** Starts a site that forwards `/chat/` to a server without the prefix, like `proxy_pass http://digda/;` of nginx. */
async function startSite(port: number) {
	const pass: RequestListener = ({ url = '', headers }, response) => {
		if (!url.startsWith('/chat/')) {
			response.writeHead(404).end();
			return;
		}
		const onward = request({ port, host: '127.0.0.1', path: url.slice('/chat'.length), headers }, (answer) => {
			response.writeHead(answer.statusCode ?? 502, answer.headers);
			answer.pipe(response);
		});
		onward.end();
	};
	const server = createServer(pass).listen(0, '127.0.0.1');
	await once(server, 'listening');
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test('a page shows only below a path of another site that it does not work there', async ({ page, site }) => {
	const other = await startSite(site.port);
	const notice = page.getByText('does not work below a path');
	for (const path of ['/chat/', '/chat/rooms/lobby']) {
		await page.goto(other.url + path);
		await expect(notice).toBeVisible();
	}
	await page.goto(site.url);
	await expect(page.getByRole('heading', { name: 'Talk to the server' })).toBeVisible();
	await expect(notice).toBeHidden();
	other.close();
});
