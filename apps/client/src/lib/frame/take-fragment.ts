import { readItem, writeItem } from '#lib/local-storage.ts';

const STORAGE_KEY = 'digda:invitation';

/**
 * Takes what is secret out of the address bar, and with it out of the history, before anything else is done. Past the
 * router, which would navigate for it: what it keeps in the state of the history stays.
 */
export function takeFragment(): string {
	const fragment = location.hash.slice(1);
	history.replaceState(history.state, '', location.pathname);
	return fragment;
}

/** Takes the secret of an invitation, which outlives a reload until it is forgotten. */
export function takeInvitation(): string {
	const secret = takeFragment();
	if (secret === '') return readItem(STORAGE_KEY, 'sessionStorage') ?? '';
	writeItem(STORAGE_KEY, secret, 'sessionStorage');
	return secret;
}

/** Forgets an invitation that was answered for good. */
export function forgetInvitation(): void {
	writeItem(STORAGE_KEY, undefined, 'sessionStorage');
}
