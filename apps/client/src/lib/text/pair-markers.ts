export type Marker = '*' | '**' | '_';

/** Markers that stand next to each other, and where in their line. */
export interface MarkerRun {
	index: number;
	run: string;
}

/** Two markers with text between them, by where they are in their line. */
export interface MarkerPair {
	marker: Marker;
	opener: number;
	closer: number;
}

/**
 * What lets markers, seen between the characters before and after them, open or close. Letters with case are of scripts
 * with spaces: next to them, to digits and to slashes a star is part of a word, a product or a path. An underscore is a
 * marker next to no letter (snake_case, 한_글), in no face (^_^) and in no address (_a_@b.kr); and what stands in quotes or
 * brackets by itself, as '*' and (*), is only spoken of.
 */
const OPENS = /^(?:[^\p{LC}\d/\\]\*|[\s\p{Ps}\p{Pi}"']_).*\S$/u;
const CLOSES = /^\S.*(?:\*[^\p{LC}\d/\\]|_(?!@)[\s\p{Pe}\p{Pf}\p{Po}])$/u;
const IS_QUOTED = /^(?:(\p{P}).*\1|[\p{Ps}\p{Pi}].*[\p{Pe}\p{Pf}])$/u;

/** Letters without case go on in the same word (`홍*동`), or in a particle behind it (`*기울임*은`). */
const LETTER = /[\p{L}\p{M}]/u;
const WORD = /^[\p{L}\p{M}\p{N}]+$/u;

interface Opener {
	marker: Marker;
	index: number;
	isAfterLetter: boolean;
}

/**
 * Pairs the markers of a line. When one of a kind is left over, the whole kind is text in this line: it masks names or
 * points to a note (`김*수, 이*영`, `무료* (*조건 있음*)`), and the others of its kind most likely do, too.
 */
export function pairMarkers(line: string, runs: readonly MarkerRun[]): MarkerPair[] {
	const kinds = new Set<Marker>(['*', '**', '_']);
	for (;;) {
		const result = pairKinds(line, runs, kinds);
		if (Array.isArray(result)) return result;
		kinds.delete(result);
	}
}

/** @returns the pairs of some kinds; a kind of which one is left over, if there is one */
function pairKinds(line: string, runs: readonly MarkerRun[], kinds: ReadonlySet<Marker>): MarkerPair[] | Marker {
	const pairs: MarkerPair[] = [];
	/** Of each kind one at most. */
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
				// Inside a word a star ends only a word that it began, and `**` begins only one.
				const isWord = WORD.test(line.slice(opener.index + marker.length, at));
				if (!isWord && (marker === '*' ? isInWord : opener.isAfterLetter)) return marker;
				const inner = open.pop();
				if (inner && inner !== opener) return inner.marker;
				pairs.push({ marker, opener: opener.index, closer: at });
			} else if (OPENS.test(around) && !(marker === '*' && isAfterLetter)) {
				if (opener) return marker;
				open.push({ marker, index: at, isAfterLetter });
			} else if (CLOSES.test(around)) return marker;
		}
	}
	return open[0]?.marker ?? pairs;
}

/** `***` is `**` and `*`, unless `*` was opened last and is closed first. */
function markersOf(run: string, open: readonly Opener[]): Marker[] {
	const last = open.findLast(({ marker }) => marker !== '_')?.marker;
	// A run is made of markers and nothing else.
	return run.match(last === '*' ? /\*(?=\*\*)|\*\*|./g : /\*\*|./g) as Marker[];
}
