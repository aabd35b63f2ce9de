/** Where the URL of a database points, without a name, a password or options, for lines that anybody may read. */
export function placeOf(url: string): string {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	// What is not understood may hold a secret anywhere.
	return parsed?.host ? `postgres://${parsed.host}${parsed.pathname}` : 'postgres://…';
}
