import { expect, type Locator, type Page } from '@playwright/test';

/** The actions and elements of a room. */
export class RoomPage {
	readonly page: Page;
	readonly field: Locator;
	readonly log: Locator;
	readonly rows: Locator;
	readonly pill: Locator;
	readonly rooms: Locator;
	readonly ownName: Locator;
	/** The divider above the new messages. */
	readonly divider: Locator;
	/** The button that scrolls to the newest message. */
	readonly newestButton: Locator;
	/** The live region of the page. */
	readonly announcements: Locator;
	/** The errors of scripts in the page. */
	readonly complaints: string[] = [];

	constructor(page: Page) {
		this.page = page;
		this.field = page.getByRole('textbox', { name: 'Message' });
		this.log = page.getByRole('log');
		this.rows = this.log.getByRole('listitem');
		this.pill = page.locator('[data-connection]');
		this.rooms = page.getByRole('navigation', { name: 'Rooms' });
		this.ownName = page.getByRole('button', { name: 'change your name' });
		this.divider = this.log.getByText('New messages', { exact: true });
		this.newestButton = page.getByRole('button', { name: /new message|newest message/ });
		this.announcements = page.locator('[aria-live=polite]');
		page.on('pageerror', (error) => this.complaints.push(error.message));
	}

	async open(url: string, room: string): Promise<this> {
		await this.page.goto(`${url}/rooms/${encodeURIComponent(room)}`);
		await this.expectConnected();
		return this;
	}

	async expectConnected() {
		await expect(this.pill).toHaveAttribute('data-connection', /connected|back/);
		await expect(this.log).toHaveAttribute('aria-busy', 'false');
	}

	/**
	 * Opens a room by the field in the side bar, and waits until the page shows it instead of the last room.
	 */
	async goTo(room: string) {
		await this.page.getByRole('textbox', { name: 'Room name' }).fill(room);
		await this.page.getByRole('button', { name: 'Open' }).click();
		await this.page.waitForURL(
			({ pathname }) => decodeURIComponent(pathname).toLowerCase() === `/rooms/${room.toLowerCase()}`
		);
	}

	/** Opens the panel with the online members and the actions of the room. */
	async openPeople() {
		await this.page.getByRole('button', { name: /\d+ online/ }).click();
	}

	/** Opens the link of an invitation and agrees to join. */
	async openInvitation(url: string): Promise<void> {
		await this.page.goto(url);
		await this.page.getByRole('button', { name: 'Join', exact: true }).click();
	}

	/** Leaves the room. */
	async leave() {
		await this.openPeople();
		await this.page.getByRole('button', { name: 'Leave' }).click();
	}

	/** Scrolls to the oldest loaded message. */
	async scrollToStart() {
		await this.log.evaluate((log) => (log.scrollTop = -log.scrollHeight));
	}

	/** Finds the link to a room in the list of rooms. */
	link(room: string): Locator {
		return this.rooms.getByRole('link', { name: room });
	}

	/** Finds the row of a message. */
	row(text: string): Locator {
		return this.rows.filter({ has: this.page.getByText(text, { exact: true }) });
	}

	/** Returns the position of a row, in CSS pixels from the top of the page. */
	async topOf(row: Locator): Promise<number> {
		return await row.evaluate((element) => element.getBoundingClientRect().top);
	}

	/** Types a text and sends it with Enter. */
	async say(text: string) {
		await this.field.fill(text);
		await this.field.press('Enter');
	}

	/** Expects these texts in the room, in order and stored. */
	async expectMessages(texts: string[]) {
		await expect.poll(() => this.rows.locator('p[dir=auto]').allTextContents()).toEqual(texts);
		await expect(this.rows.filter({ has: this.page.locator('time') })).toHaveCount(texts.length);
	}

	/** Expects that a text is shown and waits for a connection. */
	async expectWaiting(text: string) {
		await expect(this.rows.filter({ hasText: text })).toContainText('Waiting for the connection');
	}

	/** Expects that all sent texts are in the outbox or on the server. Until then, a reload restores the draft. */
	async expectSaved() {
		const drafts = () => Object.entries(sessionStorage).filter(([key, text]) => key.startsWith('digda:draft') && text);
		await expect.poll(() => this.page.evaluate(drafts)).toEqual([]);
	}

	/** Returns the name of the user. */
	async name(): Promise<string> {
		return (await this.ownName.textContent())?.trim() ?? '';
	}
}
