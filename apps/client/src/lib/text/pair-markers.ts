export type Marker = '*' | '**' | '_' | '~~';

/** Adjacent markers, and their index in the line. */
export interface MarkerRun {
	index: number;
	run: string;
}

/** Two markers with text between them, and their indexes in the line. */
export interface MarkerPair {
	marker: Marker;
	opener: number;
	closer: number;
}

/**
 * The conditions under which a run of markers, with the characters before and after it, can open or close. Scripts with case
 * use spaces: a star next to such a letter, a digit or a slash belongs to a word, a product or a path. An underscore next to
 * a letter (snake_case, 한_글), in a face (^_^) or in an address (_a_@b.kr) is not a marker. A marker alone in quotes or
 * brackets, such as '*' or (*), is not a marker either. Tildes after a word make it longer (네~~), so they do not open.
 */
const OPENS = /^(?:[^\p{LC}\d/\\]\*|[\s\p{Ps}\p{Pi}"']_|[\s\p{Ps}\p{Pi}"':*_]~).*\S$/u;
const CLOSES = /^\S.*(?:\*[^\p{LC}\d/\\]|_(?!@)[\s\p{Pe}\p{Pf}\p{Po}]|~.)$/u;
const IS_QUOTED = /^(?:(\p{P}).*\1|[\p{Ps}\p{Pi}].*[\p{Pe}\p{Pf}])$/u;

/** A letter without case after a marker belongs to the same word (`홍*동`) or to a particle after it (`*기울임*은`). */
const LETTER = /[\p{L}\p{M}]/u;
const WORD = /^[\p{L}\p{M}\p{N}]+$/u;

interface Opener {
	marker: Marker;
	index: number;
	isAfterLetter: boolean;
}

/**
 * Pairs the markers of a line. If a marker has no partner, all markers of its kind are text in this line: they probably
 * mask names or refer to a note (`김*수, 이*영`, `무료* (*조건 있음*)`).
 */
export function pairMarkers(line: string, runs: readonly MarkerRun[]): MarkerPair[] {
	const kinds = new Set<Marker>(['*', '**', '_', '~~']);
	for (;;) {
		const result = pairKinds(line, runs, kinds);
		if (Array.isArray(result)) return result;
		kinds.delete(result);
	}
}

/** @returns the pairs of the given kinds, or a kind with a marker without a partner */
function pairKinds(line: string, runs: readonly MarkerRun[], kinds: ReadonlySet<Marker>): MarkerPair[] | Marker {
	const pairs: MarkerPair[] = [];
	/** The open markers, at most one of each kind. */
	const open: Opener[] = [];

	for (const { index, run } of runs) {
		const [before, after] = [line[index - 1] ?? ' ', line[index + run.length] ?? ' '];
		const around = before + run + after;
		if (IS_QUOTED.test(around)) continue;
		const isAfterLetter = LETTER.test(before);
		const isInWord = isAfterLetter && LETTER.test(after);
		let start = index;
		for (const marker of markersOf(run, open)) {
			const at = start;
			start += marker.length;
			if (!kinds.has(marker)) continue;
			const opener = open.find((each) => each.marker === marker);
			if (opener && CLOSES.test(around)) {
				// Inside a word, `*` can close only if it marks a whole word, and `**` can open only before a whole word.
				const isWord = WORD.test(line.slice(opener.index + marker.length, at));
				if (!isWord && (marker === '*' ? isInWord : opener.isAfterLetter)) return marker;
				const inner = open.pop();
				if (inner && inner !== opener) return inner.marker;
				pairs.push({ marker, opener: opener.index, closer: at });
			} else if (OPENS.test(around) && !(marker === '*' && isAfterLetter)) {
				if (opener) return marker;
				open.push({ marker, index: at, isAfterLetter });
			} else if (marker !== '~~' && CLOSES.test(around)) return marker;
		}
	}
	return open[0]?.marker ?? pairs;
}

/** Splits a run. `***` is `**` and `*`, or `*` and `**` if `*` was opened last. */
function markersOf(run: string, open: readonly Opener[]): Marker[] {
	const last = open.findLast(({ marker }) => marker !== '_')?.marker;
	// A run contains only markers, so the match is never null.
	return run.match(last === '*' ? /\*(?=\*\*)|\*\*|~~|./g : /\*\*|~~|./g) as Marker[];
}
