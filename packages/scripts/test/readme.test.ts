import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const exists = (path: string) => existsSync(join(ROOT, path));
const english = read('README.md');
const korean = read('README.ko.md');

const DOCUMENTS = [
	...['README.md', 'README.ko.md', 'CONTRIBUTING.md', 'SECURITY.md', 'packages/protocol/SPEC.md'],
	...readdirSync(join(ROOT, 'docs'))
		.filter((file) => file.endsWith('.md'))
		.map((file) => `docs/${file}`)
];

const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = '']) => found);

/** The levels of the headings. */
const headings = (text: string) => matches(text.replaceAll(/^```.*?^```/gms, ''), /^(#+) /gm);
/** The commands, without their comments. */
const commands = (text: string) => matches(text, /^(npx [^#\n]*?) *(?:#|$)/gm);
/** The code of a language. */
const code = (text: string, language: string) => matches(text, new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'));
/** The targets of links and pictures. */
const links = (text: string) =>
	matches(withoutCode(text), /(?:\]\(|srcset="|src=")([^)"#]+)/g).filter((to) => !to.includes('://'));
/** What stands in code is no link. */
const withoutCode = (text: string) => text.replace(/```[\s\S]*?```|`` .*? ``|`[^`\n]*`(?!\])/g, '');
/** The files on the path of a message. */
const way = (text: string) => matches(text, /^\d+\. `([^`]+)`/gm);
/** The folders and files of the map. */
const map = (text: string) => {
	let workspace = '';
	return matches(text, /^((?:apps|packages)\/\w+| {2}src\/.+)/gm).flatMap((line) => {
		if (!line.startsWith(' ')) workspace = line;
		return matches(line, /(?:^| )(src\/[\w./-]+|apps\/\w+|packages\/\w+)/g).map((path) =>
			path.startsWith('src') ? `${workspace}/${path}` : path
		);
	});
};

test('README.md is short enough for three minutes', () => {
	expect(english.split('\n').length).toBeLessThanOrEqual(130);
});

test('README.ko.md has the same headings, commands, code, links and files as README.md', () => {
	const parts = (text: string) => ({
		headings: headings(text),
		commands: commands(text),
		code: code(text, 'ts'),
		links: links(text)
			.filter((to) => !to.startsWith('README') && !to.endsWith('.png'))
			.sort(),
		way: way(text),
		map: map(text)
	});
	expect(parts(korean)).toEqual(parts(english));
	expect(commands(english)).toHaveLength(2);
	expect(way(english).length).toBeGreaterThan(10);
	expect(map(english).length).toBeGreaterThan(15);
});

test('the kind of entry in README.md is the compiled example', () => {
	// Markdown is indented with spaces.
	const example = read('packages/protocol/examples/pin.ts').replaceAll('\t', '  ');
	const [shown = ''] = code(english, 'ts');
	for (const part of shown.split('\n\n')) expect(example).toContain(part.trim());
});

test('README.md names files and folders that exist', () => {
	const named = [...way(english), ...map(english)];
	expect(named.filter((path) => !exists(path))).toEqual([]);
});

test.for(DOCUMENTS)('%s links to files that exist', (document) => {
	const broken = links(read(document)).filter((to) => !exists(join(dirname(document), to)));
	expect(broken).toEqual([]);
});
