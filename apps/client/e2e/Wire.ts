import type { Page } from '@playwright/test';

/** The beginning of a packet with a request of the chat. */
const REQUEST = /^42\/chat,(\d+)\["([a-z:]+)"/;

/** The beginning of a packet with a reply. */
const ANSWER = /^43\/chat,(\d+)\[/;

/** Controls the connection between a page and its server: it breaks the connection, delays requests, and replies itself. */
export class Wire {
	/** Tells whether the connection is down. */
	isDown = false;
	/** The names of the requests that the page made. */
	readonly requests: string[] = [];
	readonly #held = new Map<string, Promise<unknown>>();
	readonly #late = new Map<string, Promise<unknown>>();
	readonly #rejected = new Map<string, string>();
	#page: Page | undefined;

	/** Attaches to a page, before it is opened. */
	async tap(page: Page): Promise<this> {
		this.#page = page;
		await page.route(/\/socket\.io\//, (route) => (this.isDown ? route.abort() : route.fallback()));
		await page.routeWebSocket(/\/socket\.io\//, (socket) => {
			if (this.isDown) {
				void socket.close();
				return;
			}
			const server = socket.connectToServer();
			const late = new Map<string, Promise<unknown>>();
			server.onMessage((packet) => {
				const wait = late.get(ANSWER.exec(String(packet))?.[1] ?? '');
				if (wait) void wait.then(() => socket.send(packet));
				else socket.send(packet);
			});
			socket.onMessage((packet) => {
				const [, id, name = ''] = REQUEST.exec(String(packet)) ?? [];
				if (id === undefined) server.send(packet);
				else {
					this.requests.push(name);
					const wait = this.#late.get(name);
					if (wait) late.set(id, wait);
					void this.#pass(name, () => {
						const code = this.#rejected.get(name);
						if (code === undefined) server.send(packet);
						else socket.send(`43/chat,${id}${JSON.stringify([{ ok: false, error: { code, message: code } }])}`);
					});
				}
			});
		});
		await page.addInitScript(failAsBrowsersDo);
		return this;
	}

	/** Repairs the connection, and fires `online`, so that the page reconnects without a delay. */
	async repair(): Promise<void> {
		this.isDown = false;
		await this.#page?.evaluate(() => dispatchEvent(new Event('online')));
	}

	/** Holds requests of a name. @returns the function that releases them */
	hold(name: string): () => void {
		return close(this.#held, name);
	}

	/** Holds the replies to future requests of a name. @returns the function that releases them */
	holdAnswers(name: string): () => void {
		return close(this.#late, name);
	}

	/** Rejects requests of a name with a code. */
	reject(name: string, code: string): void {
		this.#rejected.set(name, code);
	}

	async #pass(name: string, pass: () => void): Promise<void> {
		await this.#held.get(name);
		pass();
	}
}

/** Makes packets of a name wait. @returns the function that releases them */
function close(gates: Map<string, Promise<unknown>>, name: string): () => void {
	const gate = Promise.withResolvers<unknown>();
	gates.set(name, gate.promise);
	return () => {
		gates.delete(name);
		gate.resolve(undefined);
	};
}

/** Adds the `error` event of browsers to a WebSocket that never opened: Playwright's only fires `close`. */
function failAsBrowsersDo() {
	window.WebSocket = class extends WebSocket {
		constructor(...address: ConstructorParameters<typeof WebSocket>) {
			super(...address);
			const opened = new AbortController();
			this.addEventListener('open', () => opened.abort());
			this.addEventListener('close', () => this.dispatchEvent(new Event('error')), { signal: opened.signal });
		}
	};
}
