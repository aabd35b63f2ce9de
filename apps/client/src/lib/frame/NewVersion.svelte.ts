import { version } from '$app/env';
import { updated } from '$app/state';
import type { ChatSocket } from '#lib/chat/SocketLine.ts';

const STORAGE_KEY = 'digda:reloaded-from';

/** A build that has taken the place of the page's own: what the page has not loaded yet is gone. */
export class NewVersion {
	readonly #isKept: () => boolean;

	/** @param isKept whether a reload loses nothing of what was typed */
	constructor(isKept: () => boolean) {
		this.#isKept = isKept;
	}

	/** Whether the page has seen that there is one. */
	get isOut(): boolean {
		return updated.current;
	}

	/**
	 * Reloads a page that needs a missing file, or that the server does not speak with any more, until the function that it
	 * returns is called.
	 */
	listen(socket: ChatSocket): () => void {
		const closing = new AbortController();
		addEventListener('vite:preloadError', () => void this.#reload(), { signal: closing.signal });
		// It comes with each attempt: also when what was typed is safe.
		const unsubscribe = socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
			if (error.data?.code === 'outdated') void this.#reload();
		});
		return () => {
			closing.abort();
			unsubscribe();
		};
	}

	async #reload(): Promise<void> {
		if ((await updated.check()) && this.#isKept() && isFirstReload()) location.reload();
	}
}

/** Whether this build was not reloaded before: a cache may answer with it again and again. */
function isFirstReload(): boolean {
	try {
		if (sessionStorage.getItem(STORAGE_KEY) === version) return false;
		sessionStorage.setItem(STORAGE_KEY, version);
		return true;
	} catch {
		// Where site data is blocked, nobody would know.
		return false;
	}
}
