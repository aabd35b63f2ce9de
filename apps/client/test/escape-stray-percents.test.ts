import { expect, test } from 'vitest';
import { escapeStrayPercents } from '#lib/frame/escape-stray-percents.ts';

test.for([
	['/rooms/lobby', '/rooms/lobby'],
	['/rooms/%EB%A1%9C%EB%B9%84', '/rooms/로비'],
	['/rooms/100%', '/rooms/100%'],
	['/rooms/100%25', '/rooms/100%'],
	['/rooms/50%-%ED%95%A0%EC%9D%B8', '/rooms/50%-할인'],
	['/rooms/%ff', '/rooms/%ff'],
	['/rooms/%EB%A1', '/rooms/%EB%A1'],
	['/rooms/%C0%80', '/rooms/%C0%80'],
	['/rooms/%ED%A0%80', '/rooms/%ED%A0%80'],
	['/%/%%/%2/%zz/%E', '/%/%%/%2/%zz/%E']
] as const)('%s is decoded as %s', ([path, decoded]) => {
	const escaped = escapeStrayPercents(path);
	expect(decodeURIComponent(escaped)).toBe(decoded);
	expect(escapeStrayPercents(escaped)).toBe(escaped);
});
