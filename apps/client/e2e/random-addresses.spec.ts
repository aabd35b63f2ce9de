import fc from 'fast-check';
import { expect, test } from './test.ts';

const PATHS = 1_000;
const PAGES = 4;

const PIECES = [
	...['rooms', 'join', 'device', 'lobby', '로비', 'index.html', '200.html', '_app', 'immutable', 'version.json', 'x'],
	...[
		'',
		'.',
		'..',
		'...',
		'%',
		'%%',
		'%2',
		'%2e',
		'%2F',
		'%5C',
		'%ff',
		'%00',
		'%EB%A1',
		'%EB%A1%9C%EB%B9%84',
		'%ED%A0%80'
	],
	...[
		'~AAAAAAAAAAAAAAAAAAAAAA',
		'😀',
		'a b',
		'a;b',
		'a:b',
		'@',
		'<b>',
		'"',
		"'",
		'\\',
		'|',
		'{x}',
		'ㅋ',
		'\u202e',
		'\ufffd'
	]
];

const segment = fc.oneof(
	{ weight: 4, arbitrary: fc.constantFrom(...PIECES) },
	fc.array(fc.constantFrom(...PIECES), { minLength: 2, maxLength: 4 }).map((pieces) => pieces.join('')),
	fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[?#/]/g, '')),
	fc.constantFrom('a', '%', '가', '%41').map((letter) => letter.repeat(300))
);

const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => `/${segments.join('/')}`);

test('1,000 random addresses load the page at most once each, and end in a page with a header or a 4xx status', async ({
	context,
	site
}) => {
	test.setTimeout(10 * 60_000);
	const paths = fc.sample(path, { numRuns: PATHS, seed: 21 });
	const wrong: unknown[] = [];

	async function openEach(): Promise<void> {
		const page = await context.newPage();
		await page.goto(site.url);
		const seen = { loads: 0, status: 0, isPage: false };
		page.on('request', (request) => {
			if (request.isNavigationRequest() && request.frame() === page.mainFrame()) seen.loads += 1;
		});
		page.on('response', (response) => {
			if (!response.request().isNavigationRequest()) return;
			seen.status = response.status();
			seen.isPage = response.headers()['content-type']?.startsWith('text/html') ?? false;
		});
		for (let next = paths.pop(); next !== undefined; next = paths.pop()) {
			seen.loads = 0;
			const loaded = page.waitForEvent('load');
			await page.evaluate((to) => {
				location.assign(to);
			}, site.url + next);
			await loaded;
			if (seen.isPage) await page.locator('main header').waitFor();
			// A page that reloads itself has started that before this reply.
			await page.evaluate(() => fetch('/_app/version.json'));
			const isRejected = seen.status >= 400 && seen.status < 500;
			if (seen.loads !== 1 || !(isRejected || (seen.isPage && seen.status === 200))) wrong.push([next, seen]);
		}
		await page.close();
	}

	await Promise.all(Array.from({ length: PAGES }, openEach));
	expect(wrong).toEqual([]);
});
