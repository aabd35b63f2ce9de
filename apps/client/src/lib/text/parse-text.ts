import { parseInline, type Inline } from './parse-inline.ts';

/** Some lines of a text. The markers of its lines are left out; code says what was typed around it. */
export type Block =
	| { kind: 'paragraph' | 'quote'; children: Inline[] }
	| { kind: 'code'; opening: string; text: string; closing: string };

/**
 * Code of several lines: a fence, a word that names the language when it is alone in its line, and the code up to a fence
 * at the end of a line. No line of it begins with a fence: what is not closed is given up there, not at the end of the text.
 */
const CODE =
	/(```(?:[\w+#.-]*[^\S\n]*\n(?!```)|(?![\w+#.-]*[^\S\n]*\n)(?=(?:(?!```)[^\n])+\n)))([^\n]*?(?:\n(?!```)[^\n]*?)*?)(\n?```[^\S\n]*)/;

/** A quote begins with a line that is not blank: `>` alone says something. */
const QUOTE = /(> +\S[^\n]*(?:\n>(?: [^\n]*)?(?![^\n]))*)/;

const BLOCK = new RegExp(`(?<![^\\n])(?:${CODE.source}|${QUOTE.source})(?![^\\n])`, 'g');

/** Reads a text as blocks, which a line feed parts; `names` are those that it may mention. */
export function parseText(text: string, names: readonly string[] = []): Block[] {
	const blocks: Block[] = [];
	let end = 0;
	const add = (kind: 'paragraph' | 'quote', part: string) => blocks.push({ kind, children: parseInline(part, names) });

	for (const { 0: token, 1: opening, 2: code = '', 3: closing = '', 4: quote, index } of text.matchAll(BLOCK)) {
		if (index > end) add('paragraph', text.slice(end, index - 1));
		if (opening !== undefined) blocks.push({ kind: 'code', opening, text: code, closing });
		if (quote) add('quote', quote.replace(/(^|\n)> ?/g, '$1'));
		end = index + token.length + 1;
	}
	if (end <= text.length) add('paragraph', text.slice(end));
	return blocks;
}
