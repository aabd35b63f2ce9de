import fc from 'fast-check';
import { languages } from 'sugar-high/lang';
import { expect, test, vi } from 'vitest';
import { highlight } from '#lib/text/highlight.ts';
import { processorTime } from '../../../packages/protocol/test/support/growth.ts';
import { hostileTexts } from '../../../packages/protocol/test/support/hostile-texts.ts';
import { messageText } from '@digda/testkit/message-text.ts';

vi.setConfig({ testTimeout: 60_000 });

const NAMES = languages.map(({ id }) => id);

const show = (code: string, language: string) =>
	highlight(code, language)
		?.map(({ kind, text }) => (kind ? `<${kind}>${text}</${kind}>` : text))
		.join('');

test.for([
	['ts', 'const 값 = "a"; // b', '<keyword>const</keyword> 값 = '],
	['TSX', 'type A = 1', '<keyword>type</keyword> <constant>A</constant> = <constant>1</constant>'],
	['py', 'def f(): # 뜻', '<keyword>def</keyword> f(): <comment># 뜻</comment>'],
	['sql', 'SELECT a', '<keyword>SELECT</keyword> a'],
	['c++', 'return 0;', '<keyword>return</keyword> <constant>0</constant>;'],
	['json', '{"a": null}', '{<name>"a"</name>: <keyword>null</keyword>}'],
	['css', 'a { color: #fff; } /* b */', '<string>#fff</string>; } <comment>/* b */</comment>']
] as const)('colours of %s', ([language, code, shown]) => {
	expect(show(code, language)).toContain(shown);
});

test.for(['', 'word', 'c++17', '__proto__', 'constructor', 'toString'])('no colours of a language: %j', (language) => {
	expect(highlight('const a = 1', language)).toBe(undefined);
});

test('coloured code contains the whole code, in every language', () => {
	fc.assert(
		fc.property(fc.constantFrom(...NAMES), messageText, (language, code) => {
			const text = highlight(code, language)?.map((token) => token.text);
			expect(text?.join('')).toBe(code);
		}),
		{ numRuns: 3_000 }
	);
});

/** The beginnings of what needs an end in some language. */
const BEGINNINGS = [
	'{',
	'{a:',
	'{a;',
	'${',
	'`${',
	'<a',
	'<a b=',
	'</',
	'<!--',
	'/*',
	'/',
	'"',
	"'",
	'"""',
	'a.',
	'a:',
	'[a'
];

/** The time limit for code as long as a message: about a frame, with a margin for slow machines. */
const CODE_MS = 50;

test.for(NAMES)('hostile code as long as a message costs a few milliseconds at most: %s', (language) => {
	const repeated = BEGINNINGS.map((piece): [string, string] => [piece, piece.repeat(8_000 / piece.length)]);
	for (const [made, code] of [...hostileTexts(8_000), ...repeated]) {
		let tokens: ReturnType<typeof highlight>;
		const spent = processorTime(() => (tokens = highlight(code, language)), 0);
		expect(spent, made).toBeLessThan(CODE_MS);
		expect(tokens?.map(({ text }) => text).join(''), made).toBe(code);
	}
});
