// The index does not export this file: only what is loaded on demand needs it.

/** The first syllable of Unicode. Syllables are ordered by initial, vowel and final: 19 × 21 × 28. */
const FIRST_SYLLABLE = 0xac00;
const VOWELS = 21;
const FINALS = 28;

/** Conjoining jamo. NFKC turns all other forms of jamo into these. */
const FIRST_INITIAL = 0x1100;
const FIRST_VOWEL = 0x1161;
/** One before the first final: a syllable without a final has the index 0. */
const NO_FINAL = 0x11a7;

/** The jamo that a keyboard types outside of a syllable, in the order of the initials. Its vowels begin at U+314F. */
const LONE_INITIALS = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const FIRST_LONE_VOWEL = 0x314f;

/** The keys of the Korean standard keyboard (두벌식, KS X 5002) that type each jamo, in the order of Unicode. */
const INITIAL_KEYS = 'r R s e E f a q Q t T d w W c z x v g'.split(' ');
const VOWEL_KEYS = 'k o i O j p u P h hk ho hl y n nj np nl b m ml l'.split(' ');
const FINAL_KEYS = ' r R rt s sw sg e f fr fa fq ft fx fv fg a q qt t T d w c z x v g'.split(' ');

/** Each jamo or syllable, in the forms that NFKC leaves. */
const HANGUL = /[\u1100-\u1112\u1161-\u1175\u11a8-\u11c2가-힣]/g;

/** Letters without a Shift layer of their own: Shift or Caps Lock changes nothing. */
const UNSHIFTED = /[^ERTQWOP]/g;

/** A syllable, or a part of one. A consonant before a vowel begins the next syllable. */
const TYPED = (() => {
	const either = (keys: readonly string[]) =>
		keys
			.filter((key) => key !== '')
			.sort((one, other) => other.length - one.length)
			.join('|');
	const vowel = either(VOWEL_KEYS);
	return new RegExp(`(${either(INITIAL_KEYS)})(?:(${vowel})((?:${either(FINAL_KEYS)})(?!${vowel}))?)?|(${vowel})`, 'g');
})();

/** The initial of a syllable, and a lone initial itself, as a conjoining jamo. Other characters stay as they are. */
export function initialOf(character: string): string {
	const index = character.charCodeAt(0) - FIRST_SYLLABLE;
	if (!(index >= 0 && index < INITIAL_KEYS.length * VOWELS * FINALS)) return character;
	return String.fromCharCode(FIRST_INITIAL + Math.floor(index / (VOWELS * FINALS)));
}

/** Whether a character is a conjoining initial, as NFKC makes it of a typed consonant. */
export function isInitial(character: string): boolean {
	const index = character.charCodeAt(0) - FIRST_INITIAL;
	return index >= 0 && index < INITIAL_KEYS.length;
}

/** Whether a character is a syllable. */
export function isSyllable(character: string): boolean {
	return initialOf(character) !== character;
}

function keysOf(character: string): string {
	const code = character.charCodeAt(0);
	const index = code - FIRST_SYLLABLE;
	if (index < 0) {
		// A jamo that stands alone.
		const keys = INITIAL_KEYS[code - FIRST_INITIAL] ?? VOWEL_KEYS[code - FIRST_VOWEL] ?? FINAL_KEYS[code - NO_FINAL];
		return keys ?? character;
	}
	const [initial, vowel] = [Math.floor(index / (VOWELS * FINALS)), Math.floor(index / FINALS) % VOWELS];
	return `${INITIAL_KEYS[initial] ?? ''}${VOWEL_KEYS[vowel] ?? ''}${FINAL_KEYS[index % FINALS] ?? ''}`;
}

/** Returns the keys of the Korean standard keyboard that type a text: `ghldml` for 회의. Other characters stay as they are. */
export function toKeys(text: string): string {
	return text.normalize('NFKC').replace(HANGUL, keysOf);
}

function assemble(_: string, initial?: string, vowel = '', final = '', loneVowel = ''): string {
	if (initial === undefined) return String.fromCharCode(FIRST_LONE_VOWEL + VOWEL_KEYS.indexOf(loneVowel));
	const index = INITIAL_KEYS.indexOf(initial);
	if (vowel === '') return LONE_INITIALS.charAt(index);
	const syllable = (index * VOWELS + VOWEL_KEYS.indexOf(vowel)) * FINALS + FINAL_KEYS.indexOf(final);
	return String.fromCharCode(FIRST_SYLLABLE + syllable);
}

/** Returns the text that keys of the Korean standard keyboard type: 회의 for `ghldml`. Other characters stay as they are. */
export function fromKeys(keys: string): string {
	return keys.replace(UNSHIFTED, (key) => key.toLowerCase()).replace(TYPED, assemble);
}

/** Returns the initials of a text (초성): ㅎㅇㅅ for 회의실. Other characters stay as they are. */
export function initialsOf(text: string): string {
	return Array.from(text.normalize('NFC'), (character) => {
		const initial = initialOf(character);
		return initial === character ? character : LONE_INITIALS.charAt(initial.charCodeAt(0) - FIRST_INITIAL);
	}).join('');
}
