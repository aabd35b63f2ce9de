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
	try {
		if (secret === '') return sessionStorage.getItem(STORAGE_KEY) ?? '';
		sessionStorage.setItem(STORAGE_KEY, secret);
	} catch {
		// Where site data is blocked, it holds until the page is left.
	}
	return secret;
}

/** Forgets an invitation that was answered for good. */
export function forgetInvitation(): void {
	try {
		sessionStorage.removeItem(STORAGE_KEY);
	} catch {
		// Nothing was kept.
	}
}
