import { LINK, readLink } from './link.ts';
import { mentionsIn } from './mentions.ts';

type Marker = '*' | '**' | '_';

/** A piece of a text. What has a marker was typed between two of them, so that nothing typed is lost. */
export type Inline =
	| string
	| { kind: 'marked'; marker: Marker; children: Inline[] }
	| { kind: 'code'; marker: string; text: string }
	| { kind: 'link'; text: string; href: string }
	| { kind: 'mention'; text: string };

/** As many backticks as began it end code, so that it can hold backticks. */
const CODE = /(?<!`)(`{1,3})(?!`)(.*?[^`\n])\1(?!`)/;

/** None twice: the same run never opens and closes. */
const MARKERS = /(?<![*_])(?:\*{1,3}|\*{0,2}_|_\*{1,2})(?![*_])/;

const TOKEN = new RegExp(`${CODE.source}|(${LINK.source})|${MARKERS.source}|\n`, 'gu');

/**
 * What lets markers, seen between the characters before and after them, open or close. Letters with case are of scripts
 * with spaces: next to them, to digits and to slashes a star is part of a word, a product or a path. Next to other
 * letters it is not, for there particles follow without a space. An underscore is a marker next to no letter
 * (snake_case, 한_글) and in no face (^_^); and what stands in quotes ('*') is only spoken of.
 */
const OPENS = /^(?!(\p{P}).*\1$)(?:[^\p{LC}\d/\\]\*|[\s\p{Ps}\p{Pi}"']_).*\S$/u;
const CLOSES = /^\S.*(?:\*[^\p{LC}\d/\\]|_[\s\p{Pe}\p{Pf}\p{Po}])$/u;

/**
 * Reads the pieces of a paragraph in one pass, in a time that grows with its length and nothing else. No marker reaches
 * beyond its line, so that a stray one spoils no more than that.
 */
export function parseInline(text: string, names: readonly string[]): Inline[] {
	const nodes: Inline[] = [];
	/** Where each marker was opened last in the nodes; until it is closed it is text, and what it holds follows it. */
	const open = new Map<Marker, number>();
	let end = 0;

	/** Adds the plain text up to an index, and a node for what was typed there. */
	const add = (index: number, typed: string, node: Inline) => {
		mentionsIn(text.slice(end, index), names).forEach((piece, place) => {
			if (piece) nodes.push(place % 2 ? { kind: 'mention', text: piece } : piece);
		});
		if (node) nodes.push(node);
		end = index + typed.length;
	};
	const addMarker = (index: number, marker: Marker, around: string) => {
		const opener = open.get(marker);
		if (opener !== undefined && CLOSES.test(around)) {
			add(index, marker, '');
			nodes[opener] = { kind: 'marked', marker, children: nodes.splice(opener + 1) };
			for (const [each, place] of open) if (place >= opener) open.delete(each);
		} else if (OPENS.test(around)) {
			add(index, marker, marker);
			open.set(marker, nodes.length - 1);
		}
	};
	/** `***` is `**` and `*`, unless `*` was opened last and is closed first. */
	const markersOf = (run: string) => {
		const isStarFirst = (open.get('*') ?? -1) > (open.get('**') ?? -1);
		// A run is made of markers and nothing else.
		return run.match(isStarFirst ? /\*(?=\*\*)|\*\*|./g : /\*\*|./g) as Marker[];
	};

	for (const { 0: token, 1: ticks = '', 2: code, 3: candidate, index } of text.matchAll(TOKEN)) {
		if (token === '\n') open.clear();
		else if (code) add(index, token, { kind: 'code', marker: ticks, text: code });
		else if (candidate) {
			const link = readLink(candidate);
			if (link) add(index, link.text, { kind: 'link', ...link });
		} else {
			const around = (text[index - 1] ?? ' ') + token + (text[index + token.length] ?? ' ');
			let start = index;
			for (const marker of markersOf(token)) {
				addMarker(start, marker, around);
				start += marker.length;
			}
		}
	}
	add(text.length, '', '');
	return nodes;
}
