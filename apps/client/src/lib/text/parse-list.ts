import { parseInline, type Inline, type MentionReader } from './parse-inline.ts';

/** Adjacent items with dots, or with numbers. */
export interface List {
	kind: 'list';
	isOrdered: boolean;
	items: Item[];
}

export interface Item {
	/** The indentation and the marker, as typed. */
	typed: string;
	/** The typed number of an item in an ordered list. It is shown as typed. */
	number: string | undefined;
	children: Inline[];
	/** The lists inside the item. Items in them have none. */
	lists: List[];
}

/** The beginning of an item. A second number with a dot makes a date (`5. 1. 회의`). */
const MARKER = /([^\S\n]*)(?:[*-]|(0|[1-9]\d?)\.) +(?!\d+\.)(?=\S)/;

const ITEM = new RegExp(`^${MARKER.source}`);

const LINE = `${MARKER.source.replaceAll(/\((?!\?)/g, '(?:')}[^\\n]*`;

/**
 * Two lines or more that begin like items. A single one is more often a signature (`- 수달 드림`), a note (`* 세금 별도`) or an
 * answer to a numbered question.
 */
export const LIST = new RegExp(`${LINE}(?:\\n${LINE})+`);

/** Parses the lines of a match of `LIST`. Lines that are indented deeper than the first one are items inside an item. */
export function parseList(text: string, readMentions: MentionReader): List[] {
	const lists: List[] = [];
	let outerIndent: number | undefined;
	for (const line of text.split('\n')) {
		const [typed = '', indent = '', number] = ITEM.exec(line) ?? [];
		outerIndent ??= indent.length;
		const outer = indent.length > outerIndent ? lists.at(-1)?.items.at(-1) : undefined;
		const siblings = outer?.lists ?? lists;
		const isOrdered = number !== undefined;
		let list = siblings.at(-1);
		if (list?.isOrdered !== isOrdered) siblings.push((list = { kind: 'list', isOrdered, items: [] }));
		list.items.push({ typed, number, children: parseInline(line.slice(typed.length), readMentions), lists: [] });
	}
	return lists;
}
