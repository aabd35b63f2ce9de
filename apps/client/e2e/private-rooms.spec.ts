import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from '@playwright/test';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { NginxServer } from '@digda/testkit/engines/NginxServer.ts';
import { PostgresServer } from '@digda/testkit/engines/PostgresServer.ts';
import { RedisServer } from '@digda/testkit/engines/RedisServer.ts';
import { RoomPage } from './RoomPage.ts';
import { expect, testAlone as base } from './test.ts';

const ADMIN_TOKEN = 'the-token-of-the-operator-for-tests';

/** The addresses of the chat, on one node and on three. */
const test = base.extend<{ nodes: 1 | 3; chat: string }>({
	nodes: [1, { option: true }],
	chat: async ({ serve, nodes }, use) => {
		if (nodes === 1) {
			await use((await serve({ ADMIN_TOKEN, PORT: String(await reservePort()) })).url);
			return;
		}
		const [postgres, redis] = [await PostgresServer.start(), await RedisServer.start()];
		const variables = {
			...{ ADMIN_TOKEN, DATABASE_URL: await postgres.createDatabase(), REDIS_URL: redis.url, TRUST_PROXY: '1' }
		};
		const servers = [await serve(variables), await serve(variables), await serve(variables)];
		const nginx = await NginxServer.start(servers.map(({ port }) => port));
		await use(nginx.url);
		await nginx.stop();
		await Promise.all(servers.map((server) => server.stop('SIGKILL')));
		await redis.stop();
		await postgres.stop();
	}
});

/** Creates a person with a separate browser context. */
async function person(browser: Browser): Promise<RoomPage> {
	return new RoomPage(await (await browser.newContext()).newPage());
}

for (const nodes of [1, 3] as const) {
	test.describe(nodes === 1 ? 'on one node' : 'on three nodes', () => {
		test.skip(nodes === 3 && missingEngines().length > 0, 'the engines of several nodes are not installed');
		test.use({ nodes });

		test(
			'two members talk in a private room that a stranger cannot see, until one is removed',
			{ tag: nodes === 1 ? '@main' : [] },
			async ({ browser, chat }) => {
				const [owner, guest, stranger] = [await person(browser), await person(browser), await person(browser)];
				await owner.page.goto(chat);
				await owner.createPrivateRoom('비밀 방');
				await owner.expectConnected();
				const address = owner.page.url();
				await owner.openPeople();
				const invitation = await owner.invite();
				await owner.page.keyboard.press('Escape');

				// [PRIV-10] A program that only opens the link does not become a member.
				const scanner = await person(browser);
				await scanner.page.goto(invitation);
				await expect(scanner.page.getByRole('status')).toHaveText('Join “비밀 방”?');
				await expect(scanner.page.getByText('Members · 1')).toBeVisible();
				await scanner.page.goto(address);
				await expect(scanner.page.getByRole('alert')).toContainText(
					'This room doesn’t exist, or you don’t have access.'
				);

				await guest.openInvitation(invitation);
				await expect(guest.page).toHaveURL(address);
				await guest.expectConnected();
				await guest.page.goBack();
				expect(guest.page.url()).not.toContain(new URL(invitation).hash);
				await guest.page.goto(invitation);
				await expect(guest.page).toHaveURL(address);
				await guest.expectConnected();
				await owner.say('어서 와요');
				await guest.expectMessages(['어서 와요']);
				await guest.say('고마워요');
				await owner.expectMessages(['어서 와요', '고마워요']);
				await guest.expectMessages(['어서 와요', '고마워요']);

				await stranger.page.goto(address);
				await expect(stranger.page.getByRole('alert')).toContainText(
					'This room doesn’t exist, or you don’t have access.'
				);
				await expect(stranger.field).toHaveCount(0);
				await expect(stranger.page.getByRole('button', { name: /\d+ online|Join again/ })).toHaveCount(0);
				await expect(stranger.link('비밀 방')).toHaveCount(0);
				expect(await stranger.page.content()).not.toContain('어서 와요');

				await guest.field.fill('쓰던 글');
				await guest.openPeople();
				await expect(guest.page.getByText('Members · 2')).toBeVisible();
				await owner.openPeople();
				await owner.page.getByRole('button', { name: `Remove: ${await guest.name()}` }).click();
				await owner.page.getByRole('button', { name: 'Remove', exact: true }).click();
				await expect(guest.page.getByRole('alert')).toContainText('You were removed from this room');
				await expect(guest.page.getByText('Members · ')).toBeHidden();
				await expect(guest.field).toHaveCount(0);
				await expect(guest.page.getByRole('button', { name: /\d+ online|Join again/ })).toHaveCount(0);
				await guest.page.reload();
				await expect(guest.page.getByRole('textbox', { name: 'Unsent text' })).toHaveValue('쓰던 글');
				await guest.page.getByRole('button', { name: 'Don’t send' }).click();
				await expect(guest.page.getByText('쓰던 글')).toHaveCount(0);
				await owner.page.keyboard.press('Escape');
				await owner.say('이제 혼자네');
				await owner.expectMessages(['어서 와요', '고마워요', '이제 혼자네']);
				await expect(guest.row('이제 혼자네')).toHaveCount(0);
				await guest.page.goto(invitation);
				await expect(guest.page.getByRole('status')).toContainText('no longer valid');
				expect([...owner.complaints, ...guest.complaints, ...stranger.complaints]).toEqual([]);
			}
		);

		test('a message is deleted for all members, also for an absent one', async ({ browser, chat }) => {
			const [one, two] = [await person(browser), await person(browser)];
			await one.open(chat, 'lobby');
			await two.open(chat, 'lobby');
			await one.say('앗');
			await one.say('안녕');
			await two.expectMessages(['앗', '안녕']);
			await two.page.context().setOffline(true);
			await one.delete('앗');
			await expect(one.rows.first()).toContainText('Deleted message');
			await expect(two.row('앗')).toBeVisible();
			await two.page.context().setOffline(false);
			await expect(two.rows.first()).toContainText('Deleted message');
			await expect(two.row('앗')).toHaveCount(0);
			await two.say('저도요');
			await two.row('저도요').hover();
			await expect(two.action(two.row('저도요'), 'Delete the message')).toBeVisible();
			await two.row('안녕').hover();
			await expect(two.row('저도요').getByRole('toolbar')).toHaveCount(0);
			await expect(two.action(two.row('안녕'), 'Delete the message')).toHaveCount(0);
		});

		test(
			'another device is the same person until it is signed out',
			{ tag: nodes === 1 ? '@main' : [] },
			async ({ browser, chat }) => {
				const [me, device] = [await person(browser), await person(browser)];
				await me.open(chat, 'lobby');
				await me.say('여기 있어요');
				const dialog = await me.openDevices();
				await expect(dialog.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
				const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue();

				await device.page.goto(link);
				await device.page.getByRole('button', { name: 'Continue' }).click();
				await expect(device.ownName).toHaveText(await me.name());
				expect(device.page.url()).not.toContain('#');
				await device.link('lobby').click();
				await device.expectMessages(['여기 있어요']);

				await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click();
				await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click();
				await expect(dialog.getByText('Signed out everywhere else')).toBeVisible();
				await expect(device.page.getByRole('alert')).toContainText('You’ve been signed out');
				await me.page.keyboard.press('Escape');
				await me.page.keyboard.press('Escape');
				await me.say('이제 여기서만');
				await me.expectMessages(['여기 있어요', '이제 여기서만']);
				await me.page.reload();
				await me.expectMessages(['여기 있어요', '이제 여기서만']);
			}
		);

		test('the operator deletes any message and closes any room', async ({ browser, chat }) => {
			const [me, operator] = [await person(browser), await person(browser)];
			await me.open(chat, 'lobby');
			await me.say('스팸');
			await operator.page.goto(`${chat}/device#${ADMIN_TOKEN}`);
			await operator.page.getByRole('button', { name: 'Continue' }).click();
			await operator.open(chat, 'lobby');
			await operator.delete('스팸');
			await expect(me.rows.first()).toContainText('Deleted message');
			await me.openPeople();
			await operator.openPeople();
			await operator.page.getByRole('button', { name: 'Close the room' }).click();
			await operator.page.getByRole('button', { name: 'Close the room' }).click();
			for (const { page } of [me, operator]) {
				await expect(page.getByRole('alert')).toContainText('This room was closed');
				await expect(page.getByRole('heading', { name: /\d+ online/ })).toBeHidden();
				await expect(page.getByRole('button', { name: 'Close the room' })).toBeHidden();
			}
			for (let visit = 0; visit < 2; visit += 1) {
				await expect(me.page.getByRole('alert')).toContainText('This room was closed');
				await expect(me.field).toHaveCount(0);
				await expect(me.page.getByRole('button', { name: 'Join again' })).toHaveCount(0);
				await me.page.reload();
			}
		});
	});
}

for (const colorScheme of ['light', 'dark'] as const) {
	test.describe(colorScheme, () => {
		test.use({ colorScheme });

		test('axe finds no violation in the parts of a private room', async ({ page, chat }) => {
			const owner = new RoomPage(page);
			const violations = async () => (await new AxeBuilder({ page }).analyze()).violations;
			await page.goto(chat);
			const finder = await owner.openFinder();
			await expect(finder.getByRole('textbox', { name: 'Find or create a room' })).toBeFocused();
			expect(await violations(), 'making a room').toEqual([]);
			await page.keyboard.press('Escape');
			await owner.createPrivateRoom('비밀 방');
			await owner.expectConnected();
			await owner.say('앗');
			await owner.expectMessages(['앗']);
			await owner.openPeople();
			await page.getByRole('button', { name: 'Create an invite link' }).click();
			await expect(page.getByRole('textbox', { name: 'Link' })).toBeVisible();
			expect(await violations(), 'members and invitations').toEqual([]);
			await page.keyboard.press('Escape');

			// The test uses only the keyboard.
			const button = owner.action(owner.rows.first(), 'Delete the message');
			const ask = async () => {
				await expect(button).toBeVisible();
				await page.keyboard.press('Enter');
				while (!(await button.evaluate((element) => element === document.activeElement)))
					await page.keyboard.press('Tab');
				await page.keyboard.press('Enter');
				await expect(page.getByRole('group', { name: 'Delete it for everyone?' })).toBeFocused();
			};
			await owner.rows.first().focus();
			await ask();
			expect(await violations(), 'asking').toEqual([]);
			await page.keyboard.press('Escape');
			await expect(owner.rows.first()).toBeFocused();
			await ask();
			await page.keyboard.press('Tab');
			await page.keyboard.press('Enter');
			await expect(owner.rows.first()).toContainText('Deleted message');
			expect(await violations(), 'deleted').toEqual([]);

			await owner.openDevices();
			await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
			expect(await violations(), 'another device').toEqual([]);
			await page.goto(`${chat}/join#nothing`);
			await expect(page.getByRole('status')).toContainText('no longer valid');
			expect(await violations(), 'void invitation').toEqual([]);
		});
	});
}
