import { expect, test } from 'vitest';
import { arrange, type SwitcherEntry } from '#lib/switcher/arrange.ts';

const entriesOf = (labels: readonly string[]): SwitcherEntry[] =>
	labels.map((label) => ({ id: `room:${label}`, label, kind: 'room', run: () => undefined }));

const labelsFor = (query: string, labels: readonly string[], recent: string[] = []) =>
	arrange(entriesOf(labels), query, recent).map(({ label }) => label);

test('without a query the last used entries come first, then the others in their order', () => {
	const labels = ['a', 'b', 'c', 'd'];
	expect(labelsFor('', labels, ['room:d', 'room:gone', 'room:b'])).toEqual(['d', 'b', 'a', 'c']);
});

test('a better find comes before an entry that was used', () => {
	expect(labelsFor('회의', ['전체회의', '회의실', '회의록'], ['room:전체회의', 'room:회의록'])).toEqual([
		'회의록',
		'회의실',
		'전체회의'
	]);
});

test('ㅎㅇㅅ, and what its keys type in Latin, find 회의실 first', () => {
	const labels = ['하우스', '전체 회의실', 'gdtx', '회의실'];
	expect(labelsFor('ㅎㅇㅅ', labels)).toEqual(['하우스', '회의실', '전체 회의실', 'gdtx']);
	expect(labelsFor('gdt', labels)).toEqual(['gdtx', '하우스', '회의실', '전체 회의실']);
});

test('a key takes less than 8 ms among 1,000 entries', () => {
	const labels = Array.from({ length: 1_000 }, (_, index) =>
		index % 2 === 0 ? `회의실 ${index} 기획-팀` : `Project room ${index}`
	);
	const entries = entriesOf(labels);
	for (const query of ['ㅎ', 'ㅎㅇㅅ', '회으', '기획티', 'ghldml', 'pro', '없는 방']) {
		// Another process can only slow a run down, so the fastest one is the cost of the work itself.
		const durations = Array.from({ length: 20 }, () => {
			const start = performance.now();
			arrange(entries, query, ['room:회의실 10 기획-팀']);
			return performance.now() - start;
		});
		expect(Math.min(...durations), query).toBeLessThan(8);
	}
});
