/**
 * Parses `PUBLIC_SERVER_URL`: the origin of the server, or empty for the origin of the page.
 * @throws {Error} when it is not the URL of a web server
 */
export function parsePublicServerUrl(value: string | undefined): string {
	if (value === undefined || value.trim() === '') return '';
	const url = URL.parse(value);
	if (url === null || !['http:', 'https:'].includes(url.protocol)) {
		throw new Error(`PUBLIC_SERVER_URL is "${value}": expected a URL such as https://chat.example.com`);
	}
	return url.origin;
}
