/** The number of squares of a mark in each direction. */
export const MARK_SIZE = 5;

/** Hashes the id of a person to 32 bits (FNV-1a). */
function hash(id: string): number {
	let bits = 0x811c9dc5;
	for (const character of id) bits = Math.imul(bits ^ character.charCodeAt(0), 0x01000193);
	return bits >>> 0;
}

/** Returns the hue of a person, in degrees. Two people with the same name nearly always have different hues. */
export function hueOf(id: string): number {
	return (hash(id) >>> 17) % 360;
}

/** Returns three hexadecimal digits, which nearly always differ for two people with the same name. */
export function tagOf(id: string): string {
	return (hash(id) & 0xfff).toString(16).padStart(3, '0');
}

/** Returns the mark of a person as an SVG path, symmetric, for readers who cannot distinguish colours. */
export function markOf(id: string): string {
	const bits = hash(id);
	const middle = (MARK_SIZE - 1) / 2;
	let path = '';
	for (let x = 0; x < MARK_SIZE; x += 1) {
		for (let y = 0; y < MARK_SIZE; y += 1) {
			const column = Math.min(x, 2 * middle - x);
			if ((bits >>> (column * MARK_SIZE + y)) & 1) path += `M${x} ${y}h1v1h-1z`;
		}
	}
	return path;
}
