import { SugarHigh, tokenize } from 'sugar-high/core';
import { languages } from 'sugar-high/lang';

export type TokenKind = 'keyword' | 'name' | 'string' | 'constant' | 'comment';

/** A piece of code. Without a kind, it has the colour of the text. */
export interface Token {
	kind: TokenKind | undefined;
	text: string;
}

const KINDS: Record<string, TokenKind> = {
	keyword: 'keyword',
	string: 'string',
	class: 'constant',
	property: 'name',
	entity: 'name',
	comment: 'comment'
};

/**
 * Splits code into pieces with colours. The pieces contain the whole code.
 * @param language its name, as people write it after a fence (`ts`, `c++`)
 * @returns undefined for an unknown language
 */
export function highlight(code: string, language: string): Token[] | undefined {
	const name = language.toLowerCase();
	const known = languages.find(({ id, extension, aliases }) => [id, extension, ...aliases].includes(name));
	if (!known) return undefined;
	const config = { ...known.config };
	// The tokenizer for CSS adds a step to the general one that takes quadratic time.
	if (known.id === 'css') delete config.tokenize;
	const tokens = tokenize(code, config);
	// The tokenizer is written by hand for each language. A text must not depend on its correctness.
	if (tokens.map(([, text]) => text).join('') !== code) return undefined;
	return tokens.map(([type, text]) => ({ kind: KINDS[SugarHigh.TokenTypes[type] ?? ''], text }));
}
