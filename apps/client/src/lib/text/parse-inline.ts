import { LINK, readLink } from './link.ts';
import { mentionsIn } from '@digda/sync';
import { pairMarkers, type Marker, type MarkerRun } from './pair-markers.ts';

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

const TOKEN = new RegExp(`${CODE.source}|(${LINK.source})|${MARKERS.source}`, 'gu');

/** What is in a line other than plain text, in order: markers that pair, and nodes as they will be. */
type Piece = { index: number; typed: string } & ({ opens: Marker } | { closes: Marker } | { node: Inline });

/**
 * Reads the pieces of a paragraph line by line, in a time that grows with its length and nothing else. No marker reaches
 * beyond its line, so that a stray one spoils no more than that.
 */
export function parseInline(text: string, names: readonly string[]): Inline[] {
	const nodes: Inline[] = [];
	/** The nodes of what is being read: of the paragraph, or of what the last marker has opened. */
	const levels = [nodes];
	let end = 0;

	const add = (node: Inline) => levels.at(-1)?.push(node);
	const addPlain = (index: number) => {
		mentionsIn(text.slice(end, index), names).forEach((piece, place) => {
			if (piece) add(place % 2 ? { kind: 'mention', text: piece } : piece);
		});
	};
	for (const piece of piecesOf(text)) {
		addPlain(piece.index);
		end = piece.index + piece.typed.length;
		if ('node' in piece) add(piece.node);
		else if ('opens' in piece) {
			const children: Inline[] = [];
			add({ kind: 'marked', marker: piece.opens, children });
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
			const { 0: typed, 1: ticks = '', 2: code, 3: candidate, index } = match;
			const add = (kept: string, node: Inline) => pieces.push({ index: start + index, typed: kept, node });
			if (code !== undefined) add(typed, { kind: 'code', marker: ticks, text: code });
			else if (candidate === undefined) runs.push({ index, run: typed });
			else {
				const link = readLink(candidate, line[index - 1]);
				if (!link) continue;
				add(link.text, { kind: 'link', ...link });
				// What is not of the address may be a marker.
				TOKEN.lastIndex = index + link.text.length;
			}
		}
		for (const { opener, closer, marker } of pairMarkers(line, runs)) {
			pieces.push({ index: start + opener, typed: marker, opens: marker });
			pieces.push({ index: start + closer, typed: marker, closes: marker });
		}
		start += line.length + 1;
	}
	return pieces.sort((one, other) => one.index - other.index);
}
