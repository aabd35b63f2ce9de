import { fromKeys, initialOf, isInitial, isSyllable, toKeys } from './hangul.ts';
import { compose } from './text.ts';

/** How the characters of a query are found in a text, from the best. */
const KINDS = { literal: 0, initials: 1, halfSyllable: 2, otherKeyboard: 3 } as const;

/** Where a query is found in a text, from the best. */
const PLACES = { start: 0, word: 1, inside: 2 } as const;
const PLACES_PER_KIND = 3;

/** Texts that composition leaves as they are, for speed: most names and words. */
const COMPOSED = /^[ -~가-힣]*$/;

/** Two finals that are typed as one character outside of a syllable (ㄳ), and their initials. */
const DOUBLE_FINALS = /[\u11aa\u11ac\u11ad\u11b0-\u11b6\u11b9]/g;

const IGNORED = /[\s-]+/g;
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*/gu;

function composed(text: string): string {
	if (COMPOSED.test(text)) return text.toLowerCase();
	const jamo = compose(text).normalize('NFKC').toLowerCase();
	return jamo.replace(DOUBLE_FINALS, (final) => fromKeys(toKeys(final)).normalize('NFKC'));
}

/** The form in which texts are compared: composed, in lower case, without spaces and dashes. Jamo are conjoining ones. */
function fold(text: string): string {
	return composed(text).replace(IGNORED, '');
}

/** The indexes of the folded form of a text at which words begin. */
function wordsOf(text: string): Set<number> {
	const words = new Set<number>();
	let length = 0;
	for (const part of composed(text).split(IGNORED)) {
		for (const { index } of part.matchAll(WORD)) words.add(length + index);
		length += part.length;
	}
	return words;
}

/** A query, or what its keys type on the other keyboard. */
interface Form {
	readonly text: string;
	/** Whether it can be found otherwise than literally. */
	readonly isHangul: boolean;
}

interface Query extends Form {
	readonly typed: string;
	/** What the keys of the query type on the other of the two keyboards, Latin and Korean. */
	readonly other: Form | undefined;
}

/** A single key stands for too much on the other keyboard. */
const MIN_OTHER_KEYS = 2;

const LATIN = /[a-z]/;
const HANGUL = /[\u1100-\u11ff가-힣]/;

function toForm(typed: string): Form {
	const text = fold(typed);
	return { text, isHangul: HANGUL.test(text) };
}

function toQuery(typed: string): Query {
	const form = toForm(typed);
	// The case of a Latin letter decides what its key types.
	const other = toForm(LATIN.test(form.text) ? fromKeys(typed) : toKeys(typed));
	const keys = Math.max(form.text.length, other.text.length);
	const isOther = keys >= MIN_OTHER_KEYS && other.text !== form.text;
	return { typed, ...form, other: isOther ? other : undefined };
}

/** The last query: a list is searched for one query, text after text. */
let last = toQuery('');

/** Whether the keys of a half-typed syllable begin what stands at an index: 검새 of 검색, 각 of 가구. */
function isHalfTyped(syllable: string, text: string, at: number): boolean {
	return isSyllable(syllable) && toKeys(text.slice(at, at + 2)).startsWith(toKeys(syllable));
}

/** How a query is found at an index of a text; undefined where it is not. */
function kindAt(query: string, text: string, at: number): number | undefined {
	let kind: number = KINDS.literal;
	for (let index = 0; index < query.length; index += 1) {
		const [wanted, found] = [query.charAt(index), text.charAt(at + index)];
		if (wanted === found) continue;
		if (isInitial(wanted) && initialOf(found) === wanted) kind = Math.max(kind, KINDS.initials);
		else if (index === query.length - 1 && isHalfTyped(wanted, text, at + index)) kind = KINDS.halfSyllable;
		else return undefined;
	}
	return kind;
}

/** Finds the best place of a query in a text, literal ones first. @returns undefined without one */
function find({ text: query, isHangul }: Form, text: string): number | undefined {
	const folded = fold(text);
	let best: number | undefined;
	let words: Set<number> | undefined;
	const placeOf = (at: number) => {
		if (at === 0) return PLACES.start;
		words ??= wordsOf(text);
		return words.has(at) ? PLACES.word : PLACES.inside;
	};
	const found = (at: number, kind: number) => {
		const rank = kind * PLACES_PER_KIND + placeOf(at);
		if (best === undefined || rank < best) best = rank;
	};
	for (let at = folded.indexOf(query); at !== -1; at = folded.indexOf(query, at + 1)) found(at, KINDS.literal);
	if (best !== undefined || !isHangul) return best;
	for (let at = 0; at < folded.length; at += 1) {
		const kind = kindAt(query, folded, at);
		if (kind !== undefined) found(at, kind);
	}
	return best;
}

/**
 * Ranks a text for a query that a person types, perhaps still composes: a smaller number is a better find. It is blind to
 * case, spaces and dashes. From the best: the same text, its beginning, the beginning of a word, any other part; the
 * initials of its syllables (ㅎㅇㅅ of 회의실); a part whose last syllable is half typed (회으 of 회의); and each of these for
 * what the same keys type on the other keyboard (`ghldml` of 회의, ㅎㅑ소ㅕㅠ of GitHub).
 * @returns undefined when the query is not found; 0 for a blank one
 */
export function rank(query: string, text: string): number | undefined {
	if (last.typed !== query) last = toQuery(query);
	if (last.text === '' || fold(text) === last.text) return 0;
	const place = find(last, text);
	if (place !== undefined) return 1 + place;
	if (last.other === undefined) return undefined;
	const otherPlace = find(last.other, text);
	if (otherPlace === undefined) return undefined;
	return 1 + KINDS.otherKeyboard * PLACES_PER_KIND + (otherPlace % PLACES_PER_KIND);
}
