/** A mark is a pattern of so many squares in each direction. */
export const MARK_SIZE = 5;

/** A number from a person's id, equally spread over 32 bits (FNV-1a). */
function hash(id: string): number {
	let bits = 0x811c9dc5;
	for (const character of id) bits = Math.imul(bits ^ character.charCodeAt(0), 0x01000193);
	return bits >>> 0;
}

/** The hue of a person, in degrees: two people with the same name differ in it, nearly always. */
export function hueOf(id: string): number {
	return (hash(id) >>> 17) % 360;
}

/** Three hexadecimal digits that tell people of one name apart in words, nearly always. */
export function tagOf(id: string): string {
	return (hash(id) & 0xfff).toString(16).padStart(3, '0');
}

/** The mark of a person as the path of an SVG: a pattern whose right half mirrors the left, for colours are not seen by all. */
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
