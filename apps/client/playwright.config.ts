import { defineConfig } from '@playwright/test';
import { DEEP } from '@digda/testkit/patience.ts';
import { findChromium } from './e2e/chromium.ts';

const executablePath = findChromium();

export default defineConfig({
	testDir: 'e2e',
	workers: 1,
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
