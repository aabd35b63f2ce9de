/** The number of hues of people, far enough apart to be told from each other. */
const HUES = 12;

/** Hashes the id of a person to 32 bits (FNV-1a). */
function hash(id: string): number {
	let bits = 0x811c9dc5;
	for (const character of id) bits = Math.imul(bits ^ character.charCodeAt(0), 0x01000193);
	return bits >>> 0;
}

/** Returns the hue of a person, in degrees: one of twelve. */
export function hueOf(id: string): number {
	return ((hash(id) >>> 8) % HUES) * (360 / HUES);
}

/** Returns three hexadecimal digits, which nearly always differ for two people with the same name. */
export function tagOf(id: string): string {
	return (hash(id) & 0xfff).toString(16).padStart(3, '0');
}

const graphemes = new Intl.Segmenter();

/** Returns the first letters of the first two words of a name, in upper case; empty for an empty name. */
export function initialsOf(name: string): string {
	const words = name.split(/\s+/).filter((word) => word !== '');
	const letters = words.slice(0, 2).map((word) => graphemes.segment(word)[Symbol.iterator]().next().value?.segment);
	return letters.join('').toUpperCase();
}
