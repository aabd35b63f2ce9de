import { expect, type Locator, type Page } from '@playwright/test';

/** The actions and elements of the echo page. */
export class EchoPage {
	readonly page: Page;
	readonly field: Locator;
	readonly sendButton: Locator;
	readonly log: Locator;
	readonly entries: Locator;
	readonly pill: Locator;
	/** The errors and warnings of the browser. */
	readonly complaints: string[] = [];

	constructor(page: Page) {
		this.page = page;
		this.field = page.locator('textarea');
		this.sendButton = page.locator('form:has(textarea) button');
		this.log = page.getByRole('log');
		this.entries = this.log.getByRole('listitem');
		this.pill = page.locator('main [data-connection]');
		page.on('console', (message) => {
			if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
		});
		page.on('pageerror', (error) => this.complaints.push(error.message));
	}

	/** Types a text and sends it with Enter. */
	async say(text: string) {
		await this.field.fill(text);
		await this.field.press('Enter');
	}

	/** Chooses the language in the person menu, and closes it. */
	async chooseLanguage(name: string) {
		await this.page.getByRole('button', { name: /your menu|내 메뉴/ }).click();
		await this.page.getByRole('combobox').selectOption(name);
		await this.page.keyboard.press('Escape');
		await expect(this.page.getByRole('combobox')).toHaveCount(0);
	}

	async expectAnswer(text: string) {
		await expect(this.entries.filter({ hasText: `서버입니다: ${text}` })).toHaveCount(1);
	}

	async expectConnected(state = /connected|back/) {
		await expect(this.pill).toHaveAttribute('data-connection', state);
	}

	/** Returns the distance from the view to the end of the conversation, in CSS pixels. */
	async distanceToEnd(): Promise<number> {
		return await this.log.evaluate((element) => -element.scrollTop);
	}
}
