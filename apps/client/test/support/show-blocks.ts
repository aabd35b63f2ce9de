import type { Inline } from '#lib/text/parse-inline.ts';
import type { Block } from '#lib/text/parse-text.ts';

/** Formats a tree like HTML, which is easy to read in tests. */
export function showBlocks(blocks: readonly Block[], between = '|'): string {
	return blocks
		.map((block) => {
			if (block.kind === 'code') return `<pre>${block.text}</pre>`;
			const inside = showInline(block.children);
			return block.kind === 'quote' ? `<quote>${inside}</quote>` : inside;
		})
		.join(between);
}

function showInline(nodes: readonly Inline[]): string {
	const tags = { '**': 'b', '*': 'i', _: 'i', code: 'code', link: 'a', mention: 'mark' };
	return nodes
		.map((node) => {
			if (typeof node === 'string') return node;
			const tag = tags[node.kind === 'marked' ? node.marker : node.kind];
			return `<${tag}>${node.kind === 'marked' ? showInline(node.children) : node.text}</${tag}>`;
		})
		.join('');
}
