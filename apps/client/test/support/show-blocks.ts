import type { Inline } from '#lib/text/parse-inline.ts';
import type { List } from '#lib/text/parse-list.ts';
import type { Block } from '#lib/text/parse-text.ts';

/** Formats a tree like HTML, which is easy to read in tests. */
export function showBlocks(blocks: readonly Block[], between = '|'): string {
	return blocks
		.map((block) => {
			if (block.kind === 'code') return `<pre>${block.text}</pre>`;
			if (block.kind === 'list') return showList(block);
			const inside = showInline(block.children);
			return block.kind === 'quote' ? `<quote>${inside}</quote>` : inside;
		})
		.join(between);
}

function showList({ isOrdered, items }: List): string {
	const shown = items.map(({ number, children, lists }) => {
		const inside = showInline(children) + lists.map(showList).join('');
		return number === undefined ? `<li>${inside}</li>` : `<li ${number}>${inside}</li>`;
	});
	const tag = isOrdered ? 'ol' : 'ul';
	return `<${tag}>${shown.join('')}</${tag}>`;
}

function showInline(nodes: readonly Inline[]): string {
	const tags = { '**': 'b', '*': 'i', _: 'i', '~~': 's', code: 'code', link: 'a', mention: 'mark' };
	return nodes
		.map((node) => {
			if (typeof node === 'string') return node;
			const tag = tags[node.kind === 'marked' ? node.marker : node.kind];
			if (node.kind === 'link' && node.shown) return `<a>${node.text} (${node.shown})</a>`;
			return `<${tag}>${node.kind === 'marked' ? showInline(node.children) : node.text}</${tag}>`;
		})
		.join('');
}
