import { defineConfig } from '@playwright/test';
import { findChromium } from './e2e/chromium.ts';

const executablePath = findChromium();

export default defineConfig({
	testDir: 'e2e',
	workers: 1,
	forbidOnly: Boolean(process.env['CI']),
	reporter: [['list']],
	use: {
		locale: 'en-US',
		launchOptions: executablePath === undefined ? {} : { executablePath }
	}
});
