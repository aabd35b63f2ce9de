import { expect, type Locator, type Page } from '@playwright/test';

/** What a person does and sees in a room. */
export class RoomPage {
	readonly page: Page;
	readonly field: Locator;
	readonly log: Locator;
	readonly rows: Locator;
	readonly pill: Locator;
	readonly rooms: Locator;
	readonly ownName: Locator;
	/** Where the messages begin that are new to the reader. */
	readonly divider: Locator;
	/** Takes the reader to the newest message. */
	readonly newestButton: Locator;
	/** What a screen reader is told without asking. */
	readonly announcements: Locator;
	/** What the browser complained about, besides a server that is not there. */
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
	 * Opens a room by the field at the side, and waits until the page has gone there: before that, it is still the room of
	 * before.
	 */
	async goTo(room: string) {
		await this.page.getByRole('textbox', { name: 'Room name' }).fill(room);
		await this.page.getByRole('button', { name: 'Open' }).click();
		await this.page.waitForURL(
			({ pathname }) => decodeURIComponent(pathname).toLowerCase() === `/rooms/${room.toLowerCase()}`
		);
	}

	/** Shows who is in the room, and what can be done with it. */
	async openPeople() {
		await this.page.getByRole('button', { name: /\d+ online/ }).click();
	}

	/** Opens the link of an invitation and agrees to join. */
	async openInvitation(url: string): Promise<void> {
		await this.page.goto(url);
		await this.page.getByRole('button', { name: 'Join', exact: true }).click();
	}

	/** Ends one's membership in the room. */
	async leave() {
		await this.openPeople();
		await this.page.getByRole('button', { name: 'Leave' }).click();
	}

	/** Scrolls to the oldest message that is at hand. */
	async scrollToStart() {
		await this.log.evaluate((log) => (log.scrollTop = -log.scrollHeight));
	}

	/** The room's entry in the list at the side. */
	link(room: string): Locator {
		return this.rooms.getByRole('link', { name: room });
	}

	/** The row of a message. */
	row(text: string): Locator {
		return this.rows.filter({ has: this.page.getByText(text, { exact: true }) });
	}

	/** Where a row is, in CSS pixels from the top of the page. */
	async topOf(row: Locator): Promise<number> {
		return await row.evaluate((element) => element.getBoundingClientRect().top);
	}

	/** Types a text and sends it with Enter. */
	async say(text: string) {
		await this.field.fill(text);
		await this.field.press('Enter');
	}

	/** The texts of the room, in order, all of them stored. */
	async expectMessages(texts: string[]) {
		await expect.poll(() => this.rows.locator('p[dir=auto]').allTextContents()).toEqual(texts);
		await expect(this.rows.filter({ has: this.page.locator('time') })).toHaveCount(texts.length);
	}

	/** A text that is shown and waits for a connection. */
	async expectWaiting(text: string) {
		await expect(this.rows.filter({ hasText: text })).toContainText('Waiting for the connection');
	}

	/** What was said is on disk, or sent: until then a reload leads back to the draft of it. */
	async expectSaved() {
		const drafts = () => Object.entries(sessionStorage).filter(([key, text]) => key.startsWith('digda:draft') && text);
		await expect.poll(() => this.page.evaluate(drafts)).toEqual([]);
	}

	/** The name that one goes by. */
	async name(): Promise<string> {
		return (await this.ownName.textContent())?.trim() ?? '';
	}
}
