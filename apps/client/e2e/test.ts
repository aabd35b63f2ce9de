import { test as base } from '@playwright/test';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { Proxy, type Upgrades } from '@digda/testkit/proxy/Proxy.ts';
import { EchoPage } from './EchoPage.ts';

interface Fixtures {
	/** Starts a server with the built page; it is killed when the test ends. */
	serve: (variables: Record<string, string>) => Promise<ServerProcess>;
	/** A server with the built page, in a process of its own. */
	server: ServerProcess;
	/** What a proxy before the server does to WebSocket; `undefined` when the browser reaches the server directly. */
	front: Upgrades | undefined;
	/** The echo page, open. */
	echo: EchoPage;
}

export const test = base.extend<Fixtures>({
	serve: async ({}, use) => {
		const servers: ServerProcess[] = [];
		await use(async (variables) => {
			const server = await ServerProcess.start({ RATE_LIMITS: 'off', ...variables });
			servers.push(server);
			return server;
		});
		await Promise.all(servers.map((server) => server.stop('SIGKILL')));
	},

	server: async ({ serve }, use) => {
		await use(await serve({ PORT: String(await reservePort()) }));
	},

	front: [undefined, { option: true }],

	echo: async ({ page, server, front }, use) => {
		const before = front && (await Proxy.start(server.port));
		if (before) before.upgrades = front;
		const echo = new EchoPage(page);
		await page.goto(before?.url ?? server.url);
		await use(echo);
		await before?.close();
	}
});

export { expect } from '@playwright/test';
