import { parseItem, writeItem } from '#lib/local-storage.ts';

/** The six at hand. They are those of KakaoTalk's reactions, which Koreans know: heart, like, check, laugh, surprise, sadness. */
export const AT_HAND: readonly string[] = ['❤️', '👍', '✅', '😂', '😮', '😢'];

const STORAGE_KEY = 'digda:recent-emoji';
const MAX_RECENT = 18;

const EMOJI = /^\p{RGI_Emoji}$/v;

/** The emoji that the reader picked last, the latest first. */
export function recentEmoji(): string[] {
	const kept = parseItem(STORAGE_KEY);
	if (!Array.isArray(kept)) return [];
	const emoji = kept.filter((each): each is string => typeof each === 'string' && EMOJI.test(each));
	return [...new Set(emoji)].slice(0, MAX_RECENT);
}

/** Remembers that the reader picked an emoji. */
export function rememberEmoji(emoji: string): void {
	writeItem(
		STORAGE_KEY,
		JSON.stringify([emoji, ...recentEmoji().filter((each) => each !== emoji)].slice(0, MAX_RECENT))
	);
}

/** The recent emoji, then those at hand. */
export function frequentEmoji(): string[] {
	return [...new Set([...recentEmoji(), ...AT_HAND])];
}
