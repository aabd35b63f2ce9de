import { StockClient } from '@digda/testkit/client/StockClient.ts';
import { RoomPage } from './RoomPage.ts';
import { expect, test } from './test.ts';

test('[SESSION-8] a lost reply to a rotation, and a retry without a connection, lose no session', async ({
	page,
	site,
	lobby
}) => {
	let isDown = false;
	// The request arrives, the reply does not, and then the connection is down.
	await page.routeWebSocket(/socket\.io/, async (socket) => {
		if (isDown) {
			await socket.close();
			return;
		}
		const server = socket.connectToServer();
		socket.onMessage((packet) => {
			isDown ||= String(packet).includes('session:rotate');
			server.send(packet);
		});
		server.onMessage((packet) => {
			if (!isDown) socket.send(packet);
			else if (String(packet).startsWith('43/chat')) void socket.close();
		});
	});
	await page.route(/socket\.io.*polling/, (route) => (isDown ? route.abort() : route.continue()));
	const room = await new RoomPage(page).open(site.url, lobby);
	const name = await room.name();
	const dialog = await room.openDevices();
	for (let attempt = 0; attempt < 2; attempt += 1) {
		await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click();
		await dialog.getByRole('button', { name: 'Sign out everywhere else' }).click();
		await expect(dialog.getByRole('status')).toContainText('Something went wrong');
	}
	isDown = false;
	await page.keyboard.press('Escape');
	await page.keyboard.press('Escape');
	await expect(room.personButton).toBeFocused();
	await room.expectConnected();
	expect(await room.name()).toBe(name);
	await room.say('그대로예요');
	await room.expectMessages(['그대로예요']);
});

test('[PRIV-8] a removed member who joins again in one tab is back in all tabs', async ({ context, page, site }) => {
	const owner = await StockClient.connect(site.url);
	const { room } = await owner.get('room:create', { title: '비밀 방' });
	const link = async () => {
		const { secret } = await owner.get('room:invite', { room });
		return `${site.url}/join#${secret}`;
	};
	const [one, other] = [new RoomPage(page), new RoomPage(await context.newPage())];
	await one.openInvitation(await link());
	await one.expectConnected();
	const { members } = await owner.get('room:members', { room });
	const guest = members.find(({ isOwner }) => !isOwner);
	await owner.get('room:remove', { room, userId: guest?.id ?? '' });
	await expect(page.getByRole('alert')).toContainText('You were removed');

	await other.openInvitation(await link());
	await other.expectConnected();
	await other.say('다시 왔어요');
	await one.expectMessages(['다시 왔어요']);
	await expect(page.getByRole('alert')).toHaveCount(0);

	await owner.get('room:rename', { room, title: '새 이름' });
	for (const tab of [one, other]) await expect(tab.link('새 이름')).toBeVisible();
	owner.disconnect();
});

test('[DEL-5] a notification is closed with its deleted message, also after an absence', async ({
	context,
	page,
	site,
	lobby,
	hall
}) => {
	await context.grantPermissions(['notifications']);
	const me = await new RoomPage(page).open(site.url, lobby);
	await me.goTo(hall);
	await me.expectConnected();
	const other = await StockClient.connect(site.url);
	await other.join(lobby);
	const { id } = await other.send(lobby, 'hey');
	const shown = (tag?: string) =>
		page.evaluate(async (name) => {
			const worker = await navigator.serviceWorker.ready;
			if (name !== undefined) await worker.showNotification('hey', { tag: name });
			return (await worker.getNotifications()).map((notification) => notification.tag);
		}, tag);
	expect(await shown(`${lobby} 1`)).toEqual([`${lobby} 1`]);
	await context.setOffline(true);
	await other.add('delete', lobby, { target: other.target(id) });
	await context.setOffline(false);
	await expect.poll(() => shown()).toEqual([]);
	other.disconnect();
});
