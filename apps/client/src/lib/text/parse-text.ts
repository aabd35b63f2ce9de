import type { Mention } from '@digda/protocol';
import { mentionReader } from '@digda/sync';
import { parseInline, type Inline } from './parse-inline.ts';
import { LIST, parseList, type List } from './parse-list.ts';

/** Some lines of a text, without the markers of quotes. A block of code includes its typed fences. */
export type Block =
	| { kind: 'paragraph' | 'quote'; children: Inline[] }
	| { kind: 'code'; opening: string; language: string; text: string; closing: string }
	| List;

/**
 * Code of several lines: a fence, optionally the language if it is alone in its line, and the code up to a fence at the end of a
 * line. No line of the code begins with a fence, so the search for the end stops there and not at the end of the text.
 */
const CODE =
	/(```(?:([\w+#.-]*)[^\S\n]*\n(?!```)|(?![\w+#.-]*[^\S\n]*\n)(?=(?:(?!```)[^\n])+\n)))([^\n]*?(?:\n(?!```)[^\n]*?)*?)(\n?```[^\S\n]*)/;

/** A quote begins with a line that is not blank. `>` alone is text. */
const QUOTE = /(> +\S[^\n]*(?:\n>(?: [^\n]*)?(?![^\n]))*)/;

const BLOCK = new RegExp(`(?<![^\\n])(?:${CODE.source}|${QUOTE.source}|(${LIST.source}))(?![^\\n])`, 'g');

/** Parses a text into blocks, which line feeds separate. @param mentions the people whom its message mentions */
export function parseText(text: string, mentions: readonly Mention[] = []): Block[] {
	const readMentions = mentionReader(mentions);
	const blocks: Block[] = [];
	let end = 0;
	const add = (kind: 'paragraph' | 'quote', part: string) =>
		blocks.push({ kind, children: parseInline(part, readMentions) });

	for (const match of text.matchAll(BLOCK)) {
		const { 0: token, 1: opening, 2: language = '', 3: code = '', 4: closing = '', 5: quote, 6: list, index } = match;
		if (index > end) add('paragraph', text.slice(end, index - 1));
		if (opening !== undefined) blocks.push({ kind: 'code', opening, language, text: code, closing });
		if (quote) add('quote', quote.replace(/(^|\n)> ?/g, '$1'));
		if (list) blocks.push(...parseList(list, readMentions));
		end = index + token.length + 1;
	}
	if (end <= text.length) add('paragraph', text.slice(end));
	return blocks;
}
