/** A hue for a person, in degrees: two people with the same name differ in it. */
export function hueOf(userId: string): number {
	let hash = 0;
	for (const character of userId) hash = (hash * 31 + character.charCodeAt(0)) % 360;
	return hash;
}
