import fc from 'fast-check';

const PIECES = [
	...'* ** *** _ __ ` `` ``` ```ts > ( ) [ ] . , " \' / \\ @ 。 、 「 」'.split(' '),
	...'http:// https:// Https://a.example/ https://한국.kr javascript: https://a:b@c @ada .com :80 ?q='.split(' '),
	...'a word 7 굵게 에서 는 مرحبا 太字 🇰🇷 👩‍👩‍👧 1️⃣'.split(' '),
	...[' ', '  ', '\n', '\n```\n', '> ', '\n> ', '\r', '\u2028', '\u202e', '\u200b', '\ud800']
];

/** A text made of what means something here, and of anything. */
export const messageText = fc
	.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary', maxLength: 3 })), {
		maxLength: 60
	})
	.map((pieces) => pieces.join(''));

/** Texts of a length that try to be slow to read, by what they repeat. */
export function hostileTexts(length: number): [name: string, text: string][] {
	const repeated = [
		...['*', '_', '`', '>', '> ', '\n', ' ', '(', '[', '.', '@', '> \n', '> a\n', '```\n', '```a\n', '```a\nb\n'],
		...['http://', 'http://a', 'http://.', 'http://a(', 'http://a/(.', 'https://a.aa', 'http://a에서 ', '*http://a/*/'],
		...['*a ', '*a* ', ' **a *b _c', 'a** b* c_ ', '*_', '*가', '**가** ', '***a ', '`a', '`a``b```c', '"*" ', '👍🏽']
	];
	const texts = repeated.map((each): [string, string] => [
		JSON.stringify(each),
		each.repeat(Math.ceil(length / each.length)).slice(0, length)
	]);
	const half = length / 2;
	return [
		...texts,
		['a link that ends in dots', `https://a.example/${'.'.repeat(length)}`],
		['letters of a host', `https://${'a'.repeat(length)}에서`],
		['hosts in a path', `https://a.example/${'.aa에'.repeat(length / 4)}`],
		['dots in a link', `https://a.example/${'.'.repeat(length)}b`],
		['skins, then a letter', `${'👍🏽'.repeat(length / 4)}a`],
		['open, then close', '*a '.repeat(half / 3) + 'b* '.repeat(half / 3)],
		['fences, then one that closes', `${'```a\n'.repeat(length / 5)}\`\`\``]
	];
}
