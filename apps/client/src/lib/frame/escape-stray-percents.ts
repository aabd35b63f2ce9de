/** Escapes each `%` that does not encode a character (`/rooms/100%`, `/rooms/%ff`), so that the path can be decoded. */
export function escapeStrayPercents(path: string): string {
	return path.replace(/(%[\da-f]{2})+|%/gi, (run) => (isDecodable(run) ? run : run.replaceAll('%', '%25')));
}

function isDecodable(run: string): boolean {
	try {
		decodeURIComponent(run);
		return true;
	} catch {
		return false;
	}
}
