/**
 * Takes what is secret out of the address bar, and with it out of the history, before anything else is done. Past the
 * router, which would navigate for it: what it keeps in the state of the history stays.
 */
export function takeFragment(): string {
	const fragment = location.hash.slice(1);
	history.replaceState(history.state, '', location.pathname);
	return fragment;
}
