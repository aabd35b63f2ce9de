/** An emoji with its name in the language of the page. */
export interface FoundEmoji {
	emoji: string;
	name: string;
}

/**
 * Finds emoji by their names in Korean and English and by shortcodes, the best first. It loads the list of emoji first.
 * @param query may be half typed, and may have the colons of a shortcode; a blank one finds nothing
 */
export async function findEmoji(query: string): Promise<FoundEmoji[]> {
	const { rankEmoji } = await import('./rank-emoji.ts');
	return rankEmoji(query);
}
