import type { Mention } from '@digda/protocol';
import type { TextPart } from '@digda/sync';
import { LINK, NAMED_LINK, readLink, readTarget } from './link.ts';
import { pairMarkers, type Marker, type MarkerRun } from './pair-markers.ts';

/**
 * A piece of a text. A piece with a `marker` was typed between two such markers, so the typed text can be restored. A link
 * with a name has `shown`, the part of its address that is shown beside the name.
 */
export type Inline =
	| string
	| { kind: 'marked'; marker: Marker; hasHangul: boolean; children: Inline[] }
	| { kind: 'code'; marker: string; text: string }
	| { kind: 'link'; typed: string; text: string; href: string; shown?: string }
	| { kind: 'mention'; text: string; mention: Mention };

/** Splits the consecutive parts of a text at its mentions. */
export type MentionReader = (text: string) => readonly TextPart[];

/** Code ends with as many backticks as it begins with, so that it can contain backticks. */
const CODE = /(?<!`)(`{1,3})(?!`)(.*?[^`\n])\1(?!`)/;

/** Runs of different markers. A run with the same marker twice is text. */
const MARKERS = /(?<![*_])(?:\*{1,3}|\*{0,2}_|_\*{1,2})(?![*_])|(?<!~)~~(?!~)/;

const TOKEN = new RegExp(`${CODE.source}|${NAMED_LINK.source}|(${LINK.source})|${MARKERS.source}`, 'gu');

const HANGUL = /\p{sc=Hang}/u;

/** A piece of a line that is not plain text: a paired marker or a node. */
type Piece = { index: number; typed: string } & (
	{ opens: Marker; hasHangul: boolean } | { closes: Marker } | { node: Inline }
);

/**
 * Parses a paragraph line by line, in linear time. Markers pair only within a line, so an unpaired marker affects only its line.
 */
export function parseInline(text: string, readMentions: MentionReader): Inline[] {
	const nodes: Inline[] = [];
	/** The lists of nodes that are open: that of the paragraph, and one for each open marker. */
	const levels = [nodes];
	let end = 0;

	const add = (node: Inline) => levels.at(-1)?.push(node);
	const addPlain = (index: number) => {
		for (const { text: part, mention } of readMentions(text.slice(end, index))) {
			add(mention ? { kind: 'mention', text: part, mention } : part);
		}
	};
	for (const piece of piecesOf(text)) {
		addPlain(piece.index);
		end = piece.index + piece.typed.length;
		if ('node' in piece) add(piece.node);
		else if ('opens' in piece) {
			const children: Inline[] = [];
			add({ kind: 'marked', marker: piece.opens, hasHangul: piece.hasHangul, children });
			levels.push(children);
		} else levels.pop();
	}
	addPlain(text.length);
	return nodes;
}

function piecesOf(text: string): Piece[] {
	const pieces: Piece[] = [];
	let start = 0;
	for (const line of text.split('\n')) {
		const runs: MarkerRun[] = [];
		TOKEN.lastIndex = 0;
		for (let match = TOKEN.exec(line); match; match = TOKEN.exec(line)) {
			const { 0: typed, 1: ticks = '', 2: code, 3: name, 4: address = '', 5: candidate, index } = match;
			const add = (kept: string, node: Inline) => pieces.push({ index: start + index, typed: kept, node });
			if (code !== undefined) add(typed, { kind: 'code', marker: ticks, text: code });
			else if (name !== undefined) {
				const target = readTarget(name, address);
				if (target) add(typed, { kind: 'link', typed, text: name, ...target });
				// The address alone may be a link.
				else TOKEN.lastIndex = index + 1;
			} else if (candidate === undefined) runs.push({ index, run: typed });
			else {
				const link = readLink(candidate, line[index - 1]);
				if (!link) continue;
				add(link.text, { kind: 'link', typed: link.text, ...link });
				// The characters after the address may contain markers.
				TOKEN.lastIndex = index + link.text.length;
			}
		}
		for (const { opener, closer, marker } of pairMarkers(line, runs)) {
			const hasHangul = HANGUL.test(line.slice(opener, closer));
			pieces.push({ index: start + opener, typed: marker, opens: marker, hasHangul });
			pieces.push({ index: start + closer, typed: marker, closes: marker });
		}
		start += line.length + 1;
	}
	return pieces.sort((a, b) => a.index - b.index);
}
