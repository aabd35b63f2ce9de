import { expect, test } from 'vitest';
import { echoAnswer } from '../src/index.ts';

test('[ECHO-1] the answer is that of the blog, to the letter', () => {
	expect(echoAnswer('안녕하세요')).toBe('서버입니다: 안녕하세요');
});
