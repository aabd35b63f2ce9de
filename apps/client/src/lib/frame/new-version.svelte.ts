import { version } from '$app/env';
import { updated } from '$app/state';
import { hasUnsent } from '#lib/unsent.ts';

const STORAGE_KEY = 'digda:reloaded-from';

/** Detects a build that has replaced the page's own. Files that the page has not loaded yet no longer exist. */
class NewVersion {
	/** Tells whether the page has detected a new build. */
	get isOut(): boolean {
		return updated.current;
	}

	/** Reloads the page when it needs a missing file. @returns the function that unsubscribes */
	subscribe(): () => void {
		const ending = new AbortController();
		addEventListener('vite:preloadError', () => void this.reload(), { signal: ending.signal });
		return () => ending.abort();
	}

	/** Reloads the page when there is a new build and a reload loses no text. */
	async reload(): Promise<void> {
		if ((await updated.check()) && !hasUnsent() && isFirstReload()) location.reload();
	}
}

export const newVersion = new NewVersion();

/** Tells whether this build was not reloaded before. A cache may return the same build after each reload. */
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
