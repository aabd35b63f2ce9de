/** Escapes each `%` that begins no character, as in `/rooms/100%` and `/rooms/%ff`, so that a path can be decoded. */
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
