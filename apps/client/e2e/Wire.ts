import type { Page } from '@playwright/test';

/** What the chat's namespace puts before a request that is to be answered. */
const REQUEST = /^42\/chat,(\d+)\["([a-z:]+)"/;

/** What it puts before an answer. */
const ANSWER = /^43\/chat,(\d+)\[/;

/** Stands between a page and its server: breaks the line, holds requests back, and answers in the server's place. */
export class Wire {
	/** Whether nothing comes through. */
	isDown = false;
	/** The names of the requests that the page made. */
	readonly requests: string[] = [];
	readonly #held = new Map<string, Promise<unknown>>();
	readonly #late = new Map<string, Promise<unknown>>();
	readonly #rejected = new Map<string, string>();
	#page: Page | undefined;

	/** To be called before the page is opened. */
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

	/** Lets everything through again; the browser says so to the page, which then waits for no pause. */
	async repair(): Promise<void> {
		this.isDown = false;
		await this.#page?.evaluate(() => dispatchEvent(new Event('online')));
	}

	/** Holds requests of that name back, until the function that it returns is called. */
	hold(name: string): () => void {
		return close(this.#held, name);
	}

	/** Holds back the answers to requests of that name that are made from now on, until the function that it returns is called. */
	holdAnswers(name: string): () => void {
		return close(this.#late, name);
	}

	/** Answers requests of that name with a code of failure. */
	reject(name: string, code: string): void {
		this.#rejected.set(name, code);
	}

	async #pass(name: string, pass: () => void): Promise<void> {
		await this.#held.get(name);
		pass();
	}
}

/** Makes those of that name wait. @returns the function that lets them go */
function close(gates: Map<string, Promise<unknown>>, name: string): () => void {
	const gate = Promise.withResolvers<unknown>();
	gates.set(name, gate.promise);
	return () => {
		gates.delete(name);
		gate.resolve(undefined);
	};
}

/** A WebSocket that never opened fails with an error before it closes; Playwright's closes only, and a client waits for more. */
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
