import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';

const USUAL_PLACES = [
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/usr/bin/google-chrome-stable',
	'/snap/bin/chromium',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:/Program Files/Google/Chrome/Application/chrome.exe'
];

/**
 * Finds an installed Chromium: `CHROMIUM_PATH`, else the usual paths, else Playwright's download.
 * @returns the path of the program; undefined without one
 */
export function findChromium(): string | undefined {
	const chosen = process.env['CHROMIUM_PATH'];
	const places = chosen ? [chosen] : [...USUAL_PLACES, chromium.executablePath()];
	return places.find((place) => existsSync(place));
}
