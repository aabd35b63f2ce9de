import { expect, test } from 'vitest';
import { skeletonOf } from '../src/skeleton.ts';

test.for([
	['Ada', 'Аdа'],
	['Ada', 'ada'],
	['Ada', 'Ａｄａ'],
	['Ada', 'A\u200bda'],
	['Quiet Otter', 'QuietOtter'],
	['Quiet Otter', 'Quiet 0tter'],
	['Quiet Otter', 'Quiet\u2800Otter'],
	['Ilya', 'llya'],
	['Tom', 'Torn'],
	['Zoë', 'Zoë'.normalize('NFD')],
	['수달', '수달'.normalize('NFD')],
	['수달', '수ㄷㅏㄹ']
] as const)('%s looks like %s', ([one, other]) => {
	expect(skeletonOf(one)).toBe(skeletonOf(other));
});

test.for([
	['Ada', 'Adam'],
	['Ada', 'Adá'],
	['수달', '수탈'],
	['Quiet Otter', 'Quiet Otter 2'],
	['🐹', '🐰']
] as const)('%s does not look like %s', ([one, other]) => {
	expect(skeletonOf(one)).not.toBe(skeletonOf(other));
});
