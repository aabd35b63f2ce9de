import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const text = read('SECURITY.md');

/** A file and the name of a test: `file`: “name”. */
const named = [...text.matchAll(/`([^`\s]+\.ts)`: “([^”]+)”/g)].map(([, file = '', name = '']) => ({ file, name }));

test('SECURITY.md names a test for each testable claim', () => {
	const rows = text.split('\n').filter((line) => /^\| [A-Z]/.test(line) && !line.startsWith('| TLS'));
	expect(rows.length).toBeGreaterThan(15);
	expect(rows.filter((row) => !row.includes('”'))).toEqual([]);
});

test.for(named)('SECURITY.md: $file has “$name”', ({ file, name }) => {
	const content = read(file);
	expect(["'", '"', '`'].some((quote) => content.includes(quote + name + quote))).toBe(true);
});

test('SECURITY.md lists the tested floors and weaknesses', () => {
	const weaknesses = read('apps/server/test/weaknesses.test.ts');
	const rows = [...text.matchAll(/^\| `([^`]+)` +\| `([\d.]+)` +\| (.+?) +\|$/gm)];
	expect(rows).toHaveLength(4);
	for (const [, name = '', floor = '', ids = ''] of rows) {
		expect(weaknesses.replaceAll("'", '')).toContain(`${name}: ${floor}`);
		for (const id of ids.split(', ')) expect(weaknesses).toContain(`${id}: `);
	}
});
