import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseText } from '#lib/text/parse-text.ts';
import { showBlocks } from './support/show-blocks.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/text.md');

/** A row of a table with two cells of code, which are enclosed in any number of backticks. */
const ROW = /^\| (`+)(.*?)\1 +\| (`+)(.*?)\3 +\|$/;

const rows = readFileSync(DOCUMENT, 'utf8')
	.split('\n')
	.flatMap((line): [string, string][] => {
		const row = ROW.exec(line);
		return row ? [[textOf(row[2]), textOf(row[4])]] : [];
	});

/** Returns the code of a cell. A space separates backticks in the code from the backticks around it. */
function textOf(cell = ''): string {
	return cell.trim().replaceAll('⏎', '\n');
}

const show = (text: string) =>
	showBlocks(
		parseText(text, [
			{ id: '1', name: '수달' },
			{ id: '2', name: 'ada' }
		]),
		'\n'
	).trim();

test('the document has rows', () => {
	const tableLines = readFileSync(DOCUMENT, 'utf8').match(/^\| `.*$/gm);
	expect(rows.length).toBe(tableLines?.length);
	expect(rows.length).toBeGreaterThan(50);
});

test.for(rows)('%j is shown as %j', ([typed, shown]) => {
	expect(show(typed)).toBe(shown);
});

const hangul = fc.integer({ min: 0xac00, max: 0xd7a3 }).map((code) => String.fromCodePoint(code));
const letters = (minLength: number, maxLength: number) =>
	fc.array(hangul, { minLength, maxLength }).map((each) => each.join(''));

test('masked names are shown as typed, whatever letters are masked', () => {
	const name = fc.tuple(
		letters(1, 1),
		fc.constantFrom('*', '**'),
		letters(0, 1),
		fc.constantFrom('', '님', ' 씨', '(30)')
	);
	const list = fc.tuple(
		fc.array(name, { minLength: 1, maxLength: 6 }),
		fc.constantFrom(', ', '·', '/', ' ', '와 ', '\n')
	);
	fc.assert(
		fc.property(list, ([names, between]) => {
			const text = names.map((parts) => parts.join('')).join(between);
			expect(show(text)).toBe(text);
		}),
		{ numRuns: 2_000 }
	);
});

const latin = fc.stringMatching(/^[a-z\d]{1,6}$/);
const title = fc
	.tuple(letters(1, 4), fc.array(fc.tuple(fc.constantFrom('_', '-', '·', '–'), letters(1, 3)), { maxLength: 3 }))
	.map(([first, rest]) => first + rest.flat().join(''));

test('a link contains the whole title in Hangul', () => {
	fc.assert(
		fc.property(latin, title, fc.constantFrom('', ' 봐요', '\n', ', 또', ')'), (segment, name, rest) => {
			const address = `https://a.kr/${segment}/${name}`;
			expect(show(address + rest)).toBe(`<a>${address}</a>${rest}`.trim());
		})
	);
});

test('a link ends before Hangul that follows a pasted address without a space', () => {
	const tail = fc.oneof(
		latin.map((text) => `/${text}`),
		fc.tuple(latin, latin).map(([key, value]) => `/?${key}=${value}`),
		latin.map((text) => `/${text}.html#${text}`),
		fc.constant('')
	);
	const host = fc.constantFrom('https://a.kr', 'https://www.example.com', 'http://localhost:5173', 'www.naver.com');
	fc.assert(
		fc.property(host, tail, letters(1, 5), (start, path, ending) => {
			fc.pre(!/\/(?:w|wiki)\//.test(path));
			expect(show(`${start}${path}${ending} 그래요`)).toBe(`<a>${start}${path}</a>${ending} 그래요`);
		})
	);
});

test('the shown text is the typed text without markup characters', () => {
	const piece = fc.oneof(
		letters(1, 3),
		latin,
		fc.constantFrom('*', '**', '***', '_', '~~', '`', '``', '```', '\n', ' ', '(', ')', '[', ']', '"', ',', '.', '/'),
		fc.constantFrom('https://a.kr/', 'www.a.kr', '@수달', '@ada')
	);
	const tags = /<\/?(?:b|i|s|code|pre|quote|a|mark)>/g;
	fc.assert(
		fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
			const typed = pieces.join('');
			const seen = show(typed).replace(tags, '');
			// The text keeps its order, without additions. Only markup characters and the language of code are left out.
			let place = 0;
			for (const character of typed) if (seen[place] === character) place += 1;
			expect(place).toBe(seen.length);
			const isMarkup = /[*_~`\n\s]/;
			const count = (text: string) => Array.from(text).filter((character) => !isMarkup.test(character)).length;
			if (!typed.includes('```')) expect(count(seen)).toBe(count(typed));
		}),
		{ numRuns: 3_000 }
	);
});
