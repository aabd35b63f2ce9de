import { version } from '$app/env';
import { updated } from '$app/state';
import { hasUnsent } from '#lib/unsent.ts';

const STORAGE_KEY = 'digda:reloaded-from';

/** A build that has replaced the page's own: files that the page has not loaded yet are gone. */
class NewVersion {
	/** Tells whether the page has seen one. */
	get isOut(): boolean {
		return updated.current;
	}

	/** Reloads a page that needs a missing file. @returns the function that unsubscribes */
	subscribe(): () => void {
		const ending = new AbortController();
		addEventListener('vite:preloadError', () => void this.reload(), { signal: ending.signal });
		return () => ending.abort();
	}

	/** Reloads the page where there is a new build and nothing gets lost. */
	async reload(): Promise<void> {
		if ((await updated.check()) && !hasUnsent() && isFirstReload()) location.reload();
	}
}

export const newVersion = new NewVersion();

/** Tells whether this build was not reloaded before: a cache may answer with it again and again. */
function isFirstReload(): boolean {
	try {
		if (sessionStorage.getItem(STORAGE_KEY) === version) return false;
		sessionStorage.setItem(STORAGE_KEY, version);
		return true;
	} catch {
		// A browser that blocks site data cannot remember a reload.
		return false;
	}
}
