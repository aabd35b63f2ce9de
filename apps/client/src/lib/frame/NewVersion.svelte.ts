import { version } from '$app/env';
import { updated } from '$app/state';

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

	/** Reloads a page that needs a missing file, until the function that it returns is called. */
	listen(): () => void {
		const closing = new AbortController();
		addEventListener('vite:preloadError', () => void this.#reload(), { signal: closing.signal });
		return () => closing.abort();
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
