import { rank } from '@digda/protocol/rank';
import { allEmoji, nameIn, type NamedEmoji } from './all-emoji.ts';
import type { FoundEmoji } from './find-emoji.ts';
import { locale } from '#lib/i18n/locale.svelte.ts';

/** More are not looked through. */
const MAX_FOUND = 60;

/**
 * Finds emoji by their names in both languages and by shortcodes, the best first.
 * @param query may be half typed, and may have the colons of a shortcode; a blank one finds nothing
 */
export function rankEmoji(query: string): FoundEmoji[] {
	const wanted = spell(query.replace(/^:|:$/g, ''));
	if (wanted.trim() === '') return [];
	const found: { named: NamedEmoji; place: number }[] = [];
	for (const named of [...allEmoji().values()].flat()) {
		const places = [...named.korean, ...named.english].map((name) => rank(wanted, spell(name)) ?? Infinity);
		const place = Math.min(...places);
		if (place < Infinity) found.push({ named, place });
	}
	return found
		.sort((a, b) => a.place - b.place)
		.slice(0, MAX_FOUND)
		.map(({ named }) => ({ emoji: named.emoji, name: nameIn(locale.current, named) }));
}

/** The words of a shortcode, apart. */
function spell(name: string): string {
	return name.replaceAll('_', ' ');
}
