import { expect, test } from 'vitest';
import { findToken } from '#lib/completion/token.ts';

test.for([
	['@', ''],
	['@장그', '장그'],
	['안녕 @장그', '장그'],
	['안녕@장그', '장그'],
	['(@장', '장'],
	['@유쾌한 수', '유쾌한 수'],
	['@하나 @두', '두'],
	['첫 줄\n@장', '장']
] as const)('%j has the name %j before the caret', ([text, query]) => {
	expect(findToken(text, text.length)).toEqual({ sign: '@', start: text.lastIndexOf('@'), query, isEager: true });
});

test.for([
	[':하트', '하트', true],
	[':하', '하', true],
	['좋아 :th', 'th', true],
	[':+1', '+1', true],
	['메뉴:사과', '사과', false],
	['👍:하', '하', false]
] as const)('%j has the shortcode %j, and Enter takes the first emoji: %s', ([text, query, isEager]) => {
	expect(findToken(text, text.length)).toEqual({ sign: ':', start: text.lastIndexOf(':'), query, isEager });
});

test.for([
	...['', '안녕', 'ada@example', 'ada.@b', 'a_@b', '7@b', '@ ', '@장그래 ', '@장\n', ':', ':D', ': 하트', '10:30'],
	...['https://', 'a:b', '회의: 3시', ':하트:']
])('%j has no token', (text) => {
	expect(findToken(text, text.length)).toBeUndefined();
});

test('the token ends at the caret', () => {
	expect(findToken('@장그래 님', 3)).toEqual({ sign: '@', start: 0, query: '장그', isEager: true });
});
