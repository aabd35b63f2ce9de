import { expect, type Locator, type Page } from '@playwright/test';

/** The actions and elements of a room. */
export class RoomPage {
	readonly page: Page;
	readonly field: Locator;
	readonly log: Locator;
	readonly rows: Locator;
	readonly pill: Locator;
	readonly rooms: Locator;
	/** The button of the user, which opens the person menu. */
	readonly personButton: Locator;
	/** The name of the user, on that button. */
	readonly ownName: Locator;
	/** The field of the person menu. */
	readonly nameField: Locator;
	/** The panel with the online members and the actions of the room. */
	readonly panel: Locator;
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
		this.pill = page.locator('main [data-connection]');
		this.rooms = page.getByRole('navigation', { name: 'Rooms' });
		this.personButton = page.getByRole('button', { name: 'your menu' });
		this.ownName = this.personButton.locator('bdi');
		this.nameField = page.getByRole('textbox', { name: 'Your name' });
		this.panel = page.getByRole('complementary', { name: 'Room details' });
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

	/** Opens the dialog that finds and creates rooms. */
	async openFinder(): Promise<Locator> {
		await this.rooms.getByRole('button', { name: 'Add a room' }).click();
		return this.page.getByRole('dialog', { name: 'Add a room' });
	}

	/** Opens a room by its name, and waits until the page shows it instead of the last room. */
	async goTo(room: string) {
		const finder = await this.openFinder();
		await finder.getByRole('textbox', { name: 'Find or create a room' }).fill(room);
		await finder.getByRole('button', { name: 'Open', exact: true }).click();
		await this.page.waitForURL(
			({ pathname }) => decodeURIComponent(pathname).toLowerCase() === `/rooms/${room.toLowerCase()}`
		);
	}

	/** Creates a private room, and waits until the page shows it. */
	async createPrivateRoom(title: string) {
		const finder = await this.openFinder();
		await finder.getByRole('textbox', { name: 'Title of the private room' }).fill(title);
		await finder.getByRole('button', { name: 'Create', exact: true }).click();
		await expect(this.page.getByRole('heading', { name: title })).toBeVisible();
		await expect(this.log).toHaveAttribute('aria-busy', 'false');
	}

	/** Opens the person menu. */
	async openMenu() {
		await this.personButton.click();
		await expect(this.nameField).toBeFocused();
	}

	/** Changes the name of the user in the person menu. */
	async rename(name: string) {
		await this.openMenu();
		await this.nameField.fill(name);
		await this.nameField.press('Enter');
		await expect(this.ownName).toHaveText(name);
	}

	/** Opens the dialog with the link for another device. */
	async openDevices(): Promise<Locator> {
		await this.openMenu();
		await this.page.getByRole('button', { name: 'Connect another device' }).click();
		return this.page.getByRole('dialog', { name: 'Connect another device' });
	}

	/** Opens the panel with the online members and the actions of the room. */
	async openPeople() {
		await this.page.getByRole('button', { name: /\d+ online/ }).click();
		await expect(this.panel).toBeVisible();
	}

	/** Creates an invitation in the open panel. @returns its link */
	async invite(): Promise<string> {
		await this.panel.getByRole('button', { name: 'Create an invite link' }).click();
		return await this.panel.getByRole('textbox', { name: 'Link' }).inputValue();
	}

	/** Opens the link of an invitation and agrees to join. */
	async openInvitation(url: string): Promise<void> {
		await this.page.goto(url);
		await this.page.getByRole('button', { name: 'Join', exact: true }).click();
	}

	/** Leaves the room. */
	async leave() {
		await this.openPeople();
		await this.panel.getByRole('button', { name: 'Leave' }).click();
	}

	/** Finds an action in the toolbar of a row, which exists while the pointer or the focus is on the row. */
	action(row: Locator, name: string): Locator {
		return row.getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name });
	}

	/** Begins to edit a message by its toolbar. */
	async edit(text: string) {
		const row = this.row(text);
		await row.hover();
		await this.action(row, 'Edit message').click();
	}

	/** Asks to delete a message by its toolbar. */
	async askToDelete(text: string) {
		const row = this.row(text);
		await row.hover();
		await this.action(row, 'Delete the message').click();
	}

	/** Deletes a message. */
	async delete(text: string) {
		await this.askToDelete(text);
		await this.page.getByRole('button', { name: 'Delete', exact: true }).click();
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
		await expect(this.rows.filter({ hasText: text })).toContainText('Waiting to reconnect');
	}

	/** Expects that a message of the user is stored, and shows its time. */
	async expectSent(text: string) {
		const row = this.row(text);
		await expect(row.getByText('Sent', { exact: true })).toHaveCount(1);
		await expect(row.locator('time')).toHaveText(/^\d{1,2}:\d\d/);
		await expect(row.locator('time')).toHaveCSS('opacity', '1');
	}

	/** Expects that all sent texts are in the outbox or on the server. Until then, a reload restores the draft or the edit. */
	async expectSaved() {
		const typed = () =>
			Object.entries(sessionStorage).filter(([key, text]) => /^digda:(draft|context)/.test(key) && text);
		await expect.poll(() => this.page.evaluate(typed)).toEqual([]);
	}

	/** Returns the name of the user. */
	async name(): Promise<string> {
		return (await this.ownName.textContent())?.trim() ?? '';
	}
}
