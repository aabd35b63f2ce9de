import { readItem, writeItem } from '#lib/local-storage.ts';

/** The modifiers of Unicode, from light to dark, after none. */
export const TONES = ['', '🏻', '🏼', '🏽', '🏾', '🏿'] as const;

export type Tone = (typeof TONES)[number];

const STORAGE_KEY = 'digda:skin-tone';

const EMOJI = /^\p{RGI_Emoji}$/v;

/** The skin tone that the reader chose. */
export function readTone(): Tone {
	const kept = readItem(STORAGE_KEY);
	return TONES.find((tone) => tone === kept) ?? '';
}

/** Remembers a skin tone. */
export function writeTone(tone: Tone): void {
	writeItem(STORAGE_KEY, tone === '' ? undefined : tone);
}

/** Gives an emoji of a person or of a hand a skin tone. Other emoji stay as they are. */
export function withTone(emoji: string, tone: Tone): string {
	const [first = '', ...rest] = Array.from(emoji);
	const toned = first + tone + rest.join('').replace(/^\ufe0f/, '');
	return EMOJI.test(toned) ? toned : emoji;
}
