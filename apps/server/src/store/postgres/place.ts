/** The host and database of a URL, without user, password and options, for messages that anybody may read. */
export function placeOf(url: string): string {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	// A URL that cannot be parsed may contain a secret anywhere.
	return parsed?.host ? `postgres://${parsed.host}${parsed.pathname}` : 'postgres://…';
}
