import { parseInline, type Inline } from './parse-inline.ts';

/** Some lines of a text. The markers of its lines are left out, and so is the language of code. */
export type Block = { kind: 'paragraph' | 'quote'; children: Inline[] } | { kind: 'code'; text: string };

/**
 * Whole lines of code or of a quote. Code has a line at least and none that begins with a fence: what is not closed is
 * given up there, not at the end of the text. A quote begins with a line that is not blank: `>` alone says something.
 */
const BLOCK =
	/(?<![^\n])(?:```[\w+#.-]*[^\S\n]*\n((?:(?!```)[^\n]*\n)+)```[^\S\n]*|(> +\S[^\n]*(?:\n>(?: [^\n]*)?(?![^\n]))*))(?![^\n])/g;

/** Reads a text as blocks, which a line feed parts; `names` are those that it may mention. */
export function parseText(text: string, names: readonly string[] = []): Block[] {
	const blocks: Block[] = [];
	let end = 0;
	const add = (kind: 'paragraph' | 'quote', part: string) => blocks.push({ kind, children: parseInline(part, names) });

	for (const { 0: token, 1: code, 2: quote, index } of text.matchAll(BLOCK)) {
		if (index > end) add('paragraph', text.slice(end, index - 1));
		if (code) blocks.push({ kind: 'code', text: code.slice(0, -1) });
		if (quote) add('quote', quote.replace(/(^|\n)> ?/g, '$1'));
		end = index + token.length + 1;
	}
	if (end <= text.length) add('paragraph', text.slice(end));
	return blocks;
}
