/** Makes the icons of the installed page from `static/icon.svg`: `pnpm --filter @digda/client icons`. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from './chromium.ts';

/** The background colour of the page in `src/app.css`, for systems that crop icons to their own shape. */
const GROUND = '#faf7f4';

/** The size of the drawing relative to the picture. Of a maskable icon, only the middle 80 % are always visible. */
const ICONS = [
	{ name: 'icon-192', size: 192, share: 1, ground: 'none' },
	{ name: 'icon-512', size: 512, share: 1, ground: 'none' },
	{ name: 'icon-maskable', size: 512, share: 0.75, ground: GROUND },
	{ name: 'apple-touch-icon', size: 180, share: 0.8, ground: GROUND }
];

const folder = fileURLToPath(new URL('../static/', import.meta.url));
// In a tab icon the mole is below the centre. In a cropped icon it is centred.
const drawing = (await readFile(`${folder}icon.svg`, 'utf8')).replace('viewBox="0 0 ', 'viewBox="0 2 ');
const executablePath = findChromium();
const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
try {
	const page = await browser.newPage();
	for (const { name, size, share, ground } of ICONS) {
		await page.setViewportSize({ width: size, height: size });
		await page.setContent(`<body style="margin: ${(size * (1 - share)) / 2}px; background: ${ground}">${drawing}`);
		await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
	}
} finally {
	await browser.close();
}
