import { randomUUID } from 'node:crypto';
import { test as base } from '@playwright/test';
import { reservePort } from '@digda/testkit/server/reserve-port.ts';
import { ServerProcess, type ServerProcessOptions } from '@digda/testkit/server/ServerProcess.ts';
import { Proxy, type Upgrades } from '@digda/testkit/proxy/Proxy.ts';
import { EchoPage } from './EchoPage.ts';

interface Common {
	/** The effect of a proxy on WebSocket; undefined without a proxy. */
	front: Upgrades | undefined;
	/** Opens the echo page of the server on a port, through the proxy if there is one. */
	openEcho: (port: number) => Promise<EchoPage>;
	/** Closes the pages of a story, because a shared server still counts their users. */
	closeContexts: undefined;
}

const story = base.extend<Common>({
	front: [undefined, { option: true }],

	openEcho: async ({ page, front }, use) => {
		const proxies: Proxy[] = [];
		await use(async (port) => {
			const proxy = front && (await Proxy.start(port));
			if (proxy) {
				proxy.upgrades = front;
				proxies.push(proxy);
			}
			const echo = new EchoPage(page);
			await page.goto(proxy?.url ?? `http://127.0.0.1:${port}`);
			return echo;
		});
		for (const proxy of proxies) await proxy.close();
	},

	closeContexts: [
		async ({ browser }, use) => {
			await use(undefined);
			for (const context of browser.contexts()) await context.close();
		},
		{ auto: true }
	]
});

/** The address of a server with the built page. Stories share it, so they cannot stop it. */
export interface Site {
	readonly url: string;
	readonly port: number;
}

interface Shared {
	/** The open echo page. */
	echo: EchoPage;
	/** The names of rooms that no other story uses. */
	lobby: string;
	hall: string;
	attic: string;
}

const own = (name: string) => `${name}-${randomUUID().slice(0, 8)}`;

/** A story on the shared server of a worker. */
export const test = story.extend<Shared, { site: Site }>({
	site: [
		async ({}, use) => {
			const server = await ServerProcess.start({ RATE_LIMITS: 'off' });
			await use({ url: server.url, port: server.port });
			await server.stop('SIGKILL');
		},
		{ scope: 'worker' }
	],
	echo: async ({ openEcho, site }, use) => await use(await openEcho(site.port)),
	lobby: async ({}, use) => await use(own('lobby')),
	hall: async ({}, use) => await use(own('hall')),
	attic: async ({}, use) => await use(own('attic'))
});

interface Alone {
	/** Starts a server with the built page. It is killed at the end of the test. */
	serve: (variables: Record<string, string>, options?: ServerProcessOptions) => Promise<ServerProcess>;
	/** A server with the built page, in its own process. */
	server: ServerProcess;
	/** The open echo page of that server. */
	echo: EchoPage;
}

/** A story with its own server, which it stops, fills or configures, or whose log or list of rooms it reads. */
export const testAlone = story.extend<Alone>({
	serve: async ({}, use) => {
		const servers: ServerProcess[] = [];
		await use(async (variables, options) => {
			const server = await ServerProcess.start({ RATE_LIMITS: 'off', ...variables }, options);
			servers.push(server);
			return server;
		});
		await Promise.all(servers.map((server) => server.stop('SIGKILL')));
	},
	server: async ({ serve }, use) => await use(await serve({ PORT: String(await reservePort()) })),
	echo: async ({ openEcho, server }, use) => await use(await openEcho(server.port))
});

export { expect } from '@playwright/test';
