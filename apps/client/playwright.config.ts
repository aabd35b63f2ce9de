import { defineConfig } from '@playwright/test';
import { DEEP } from '@digda/testkit/patience.ts';
import { findChromium } from './e2e/chromium.ts';

/** Stories that measure the page, which nothing else may disturb. */
const MEASUREMENTS = '**/volume.spec.ts';

/** Stories that are typed through the input method of a desktop, one after the other on one screen. */
const INPUT_METHOD = '**/input-method.spec.ts';

const executablePath = findChromium();

export default defineConfig({
	testDir: 'e2e',
	workers: 2,
	fullyParallel: true,
	// The measurements of the page come after all others, by a run of their own: Playwright applies `--grep` to no project on which
	// another one depends.
	projects: [
		{ name: 'stories', testIgnore: [MEASUREMENTS, INPUT_METHOD] },
		{ name: 'measurements', testMatch: MEASUREMENTS, workers: 1 },
		{ name: 'input-method', testMatch: INPUT_METHOD, workers: 1 }
	],
	// A story waits for several events, connections that come back after a pause among them.
	timeout: 2 * DEEP.testTimeout,
	expect: DEEP.expect.poll,
	forbidOnly: Boolean(process.env['CI']),
	reporter: [['list']],
	use: {
		locale: 'en-US',
		launchOptions: executablePath === undefined ? {} : { executablePath }
	}
});
