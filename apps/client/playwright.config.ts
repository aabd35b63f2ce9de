import { defineConfig } from '@playwright/test';
import { findChromium } from './e2e/chromium.ts';

const executablePath = findChromium();

export default defineConfig({
	testDir: 'e2e',
	workers: 1,
	// A machine may be slow, and a connection that is lost comes back after a pause: what is waited for is the event.
	timeout: 120_000,
	expect: { timeout: 30_000 },
	forbidOnly: Boolean(process.env['CI']),
	reporter: [['list']],
	use: {
		locale: 'en-US',
		launchOptions: executablePath === undefined ? {} : { executablePath }
	}
});
