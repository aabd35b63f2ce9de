import { readItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:invitation';

/**
 * Removes a secret fragment from the address bar and the history, and returns it. It bypasses the router, which would navigate,
 * and keeps the router's history state.
 */
export function takeFragment(): string {
	const fragment = location.hash.slice(1);
	history.replaceState(history.state, '', location.pathname);
	return fragment;
}

/** Reads and removes the secret of an invitation. The secret survives a reload until `forgetInvitation`. */
export function takeInvitation(): string {
	const secret = takeFragment();
	if (secret === '') return readItem(STORAGE_KEY, 'sessionStorage') ?? '';
	writeItem(STORAGE_KEY, secret, 'sessionStorage');
	return secret;
}

/** Removes the secret of an invitation that was accepted, cancelled or rejected. */
export function forgetInvitation(): void {
	writeItem(STORAGE_KEY, undefined, 'sessionStorage');
}
