/** Marks in descending combining class: normalization moves each before all earlier ones. */
const DESCENDING = ['\u0345', '\u0301', '\u0323', '\u0327', '\u05b0', '\u0334'];

/** The repeated parts of texts that try to be slow to read. */
const REPEATED = [
	...['*', '_', '`', '>', '> ', '\n', '\r', ' ', '(', '[', '.', '@', '7', '> \n', '> a\n', '```\n', '```a\n'],
	...['```a\nb\n', '```\n```\n', '\u2028', '(((( ', ')(', '[](', '"', '\t', '\u00a0', '\\', '-', '~', '#'],
	...['http://', 'http://a', 'http://.', 'http://a(', 'http://a/(.', 'https://a.aa', 'http://a에서 ', '*http://a/*/'],
	...['http://a@', '@http://', 'http://a:8', 'http:', 'www.', '@Ada', '@Ada_', '@수달', '@`a`', '@* a *'],
	...['*a ', '*a* ', ' **a *b _c', 'a** b* c_ ', '*_', '*가', '**가** ', '***a ', '`a', '`a``b```c', '"*" ', '*`>['],
	...['~~', '~~a~~ ', ' ~~a', '~', '- ', '- a\n', '1. a\n', '- a\n  - b\n', '\n- ', '-\n', '1. 1. ', ' - a\n\n'],
	...['[a', '[a](http://b', '[a](http://b)', '[a](http://b(c)', '[ ](http://a', '[a](www.b.c', '](http://[a', 'a.'],
	...['👍🏽', '👩\u200d', '👩‍👩‍👧', '🇰', '1\ufe0f\u20e3', '\u200d', '\ufe0f', '\u034f', '\u3164', '\ud800', '\udc00\ud800'],
	...['\u0301', '\u0344', '\u0f73', '\u{1d165}', '\u{16d67}', '\u{16d68}', '\u{16d63}\u{16d67}', '\u09c7\u09be'],
	...['\u1100', '\u1161', '\u11a8', '\u1100\u1161\u11a8', '\u1112\u119e\u11ab', '\u1161\u0301', '\uac00\u11a8', 'ㄱ'],
	...[
		'a\u0301',
		'\u0301\u200d',
		'\u0345\u0334\u200d',
		'\u0345\ufe0f\u0334',
		'Σ',
		'Σ.',
		'İ',
		'ﷺ',
		'\u{16d68}\u0345\u0334'
	],
	...['Operator', 'the', '0', 'admin5', '15', 'rn', 'I', '관리자', '\u{1d5ae}', 'admi', '운영']
];

/** Texts of a length in UTF-16 code units that try to be slow to read, by name. */
export function hostileTexts(length: number): [name: string, text: string][] {
	const fill = (piece: string, size = length) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
	const half = Math.floor(length / 2);
	const repeated = REPEATED.map((piece): [string, string] => [JSON.stringify(piece), fill(piece)]);
	return [
		...repeated,
		['marks in descending class', DESCENDING.map((mark) => fill(mark, Math.ceil(length / 6))).join('')],
		[
			'an @, then marks in descending class',
			`@${DESCENDING.map((mark) => fill(mark, Math.ceil(length / 6))).join('')}`
		],
		['marks in descending class, 31 at a time', fill(`${fill('\u0345', 15)}${fill('\u0334', 16)}a`)],
		['marks and joiners in descending class', DESCENDING.map((mark) => fill(`${mark}\u200d`, length / 6)).join('')],
		['jamo, then marks', fill('\u1161', half) + fill('\u0345', half / 2) + fill('\u0334', half / 2)],
		['spaces, then no end', `${fill(' ', length)}a`],
		['line feeds and spaces, then a letter', `${fill('\n ', length)}a`],
		['joiners, then a mark', `${fill('\u200d', length)}\u0301`],
		['a mark, then joiners', fill(`\u0301${fill('\u200d', 1_000)}`)],
		['a link that ends in dots', `https://a.example/${fill('.')}`],
		['letters of a host', `https://${fill('a')}에서`],
		['hosts in a path', `https://a.example/${fill('.aa에')}`],
		['dots in a link', `https://a.example/${fill('.')}b`],
		['brackets in a link', `https://a.example/${fill('(', half)}${fill(')', half)}`],
		['skins, then a letter', `${fill('👍🏽')}a`],
		['open, then close', fill('*a ', half) + fill('b* ', half)],
		['stars, then underscores', fill('* ', half) + fill('_ ', half)],
		['brackets, then a link', `${fill('[')}a](http://b)`],
		['a name, then brackets', `[${fill('a')}](http://b${fill('()')})`],
		['a name that is open', `[a](http://b/${fill('[a]')}`],
		['spaces, then an item', fill(`${fill(' ', 999)}- `)],
		['items in a line', `- a\n- ${fill('- ')}`],
		['fences, then one that closes', `${fill('```a\n')}\`\`\``],
		['a fence, then lines without an end', `\`\`\`\n${fill('a\n')}`],
		['quotes in fences', fill('```\n> a\n')],
		['a capital sigma among what has no case', fill(`Σ${fill("'", 999)}`)]
	];
}
