import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseText, type Block } from '#lib/text/parse-text.ts';
import type { Inline } from '#lib/text/parse-inline.ts';
import type { Item, List } from '#lib/text/parse-list.ts';
import { cleanText } from '@digda/protocol';
import { hostileTexts } from '../../../packages/protocol/test/support/hostile-texts.ts';
import { showBlocks } from './support/show-blocks.ts';
import { messageText } from '@digda/testkit/message-text.ts';

const MENTIONS = ['Ada', '수줍은 두더지', 'snake_case', 'a'].map((name) => ({ id: name, name }));

/** Restores the text of a tree. */
function write(blocks: readonly Block[]): string {
	return blocks
		.map((block) => {
			if (block.kind === 'code') return block.opening + block.text + block.closing;
			if (block.kind === 'list') return writeList(block);
			const inside = writeInline(block.children);
			return block.kind === 'quote' ? inside.replaceAll(/(?<![^\n])/g, '> ') : inside;
		})
		.join('\n');
}

function writeList({ items }: List): string {
	return items
		.map(({ typed, children, lists }) => [typed + writeInline(children), ...lists.map(writeList)].join('\n'))
		.join('\n');
}

function writeInline(nodes: readonly Inline[]): string {
	return nodes
		.map((node) => {
			if (typeof node === 'string') return node;
			if (node.kind === 'marked') return node.marker + writeInline(node.children) + node.marker;
			if (node.kind === 'code') return node.marker + node.text + node.marker;
			return node.kind === 'link' ? node.typed : node.text;
		})
		.join('');
}

/** Removes the details that a tree does not keep: the space of a blank quoted line, and the composition of letters. */
function forget(text: string): string {
	return text.replaceAll(/^>$/gm, '> ').normalize('NFC');
}

function itemsOf(list: List): Item[] {
	return list.items.flatMap((item) => [item, ...item.lists.flatMap(itemsOf)]);
}

function inlineOf(blocks: readonly Block[]): Inline[] {
	const all = blocks.flatMap((block) => {
		if (block.kind === 'code') return [];
		return block.kind === 'list' ? itemsOf(block).flatMap(({ children }) => children) : block.children;
	});
	for (const node of all) if (typeof node === 'object' && node.kind === 'marked') all.push(...node.children);
	return all;
}

function depthOf(node: Inline): number {
	if (typeof node === 'string' || node.kind !== 'marked') return 0;
	return 1 + Math.max(...node.children.map(depthOf));
}

test.for([
	['**bold** and *italic* and _italic_', '<b>bold</b> and <i>italic</i> and <i>italic</i>'],
	['**굵게**는 *기울임*은', '<b>굵게</b>는 <i>기울임</i>은'],
	['이것은**굵게**입니다', '이것은<b>굵게</b>입니다'],
	['**"인용"**은 **(괄호)**를', '<b>"인용"</b>은 <b>(괄호)</b>를'],
	['값은 **3**개, **은**은 비싸다', '값은 <b>3</b>개, <b>은</b>은 비싸다'],
	['_기울임_ 글, _기울임_.', '<i>기울임</i> 글, <i>기울임</i>.'],
	['**重要**です。この**太字**は', '<b>重要</b>です。この<b>太字</b>は'],
	['هذا **مهم** جدا، و**نص** و _مائل_،', 'هذا <b>مهم</b> جدا، و<b>نص</b> و <i>مائل</i>،'],
	['(**a**) "*b*" «_c_», **d**!', '(<b>a</b>) "<i>b</i>" «<i>c</i>», <b>d</b>!'],
	['**bold *both* bold**', '<b>bold <i>both</i> bold</b>'],
	['*italic **both** italic*', '<i>italic <b>both</b> italic</i>'],
	['***both*** **_both_**은 _**both**_', '<b><i>both</i></b> <b><i>both</i></b>은 <i><b>both</b></i>'],
	['**bold *both*** *italic **both***', '<b>bold <i>both</i></b> <i>italic <b>both</b></i>'],
	['*가***나**,', '<i>가</i><b>나</b>,'],
	['**가*나*다**는', '<b>가*나*다</b>는'],
	['**a *b** c', '<b>a *b</b> c'],
	['**a _b** c_ *d*', '<b>a _b</b> c_ <i>d</i>'],
	['*one*\n*two* three*', '<i>one</i>\n*two* three*'],
	['🎉**a**🎉', '🎉<b>a</b>🎉'],
	[
		'~~취소~~는 (~~old~~) ~~**둘 다**~~ **~~both~~**',
		'<s>취소</s>는 (<s>old</s>) <s><b>둘 다</b></s> <b><s>both</s></b>'
	],
	['~~10,000원~~8,000원, 정가:~~9,000원~~', '<s>10,000원</s>8,000원, 정가:<s>9,000원</s>'],
	['네~~ ~~취소~~ 됐어요~~', '네~~ <s>취소</s> 됐어요~~'],
	['*a ~~b* c~~', '<i>a ~~b</i> c~~'],
	['**a ~~b** c', '<b>a ~~b</b> c']
] as const)('marked text: %s', ([text, shown]) => {
	expect(showBlocks(parseText(text))).toBe(shown);
});

test.for([
	'a**b**c 2**3**4 2*3*4 x*y **a**b *2*3',
	'2 * 3 * 4 ** 5 ** 6',
	'snake_case_name and __init__ and _a_b',
	'_기울임_체 한_글_은',
	'** bold** **bold ** * a* *a * _ a_',
	'**open *open _open',
	'close** close* close_',
	'* one\n\n* two',
	'안녕하세요~~ 반가워요~~ 네~~',
	'저는 ~~입니다. 취미는 ~~예요.',
	'~~~세 개~~~ ~하나~ ~~~~ 1~~2~~3 ~~ 가 ~~',
	'*one\ntwo* **one\ntwo**',
	'**** ** * _ __ ____ ****a****',
	'*.ts and *.js',
	'src/**/*.ts and test/**/*.ts',
	'^_^ ㅎㅎ ^_^ -_- ㅡ_ㅡ >_< ;_; hm ;_; *_* (*_*) *_*',
	"neither '*' nor '*', '_' nor '_', \"**\" nor \"**\"",
	'[text](javascript:alert)',
	'<b>html</b> &amp; \\*'
])('text as it is: %s', (text) => {
	const blocks = parseText(text);
	expect(blocks.map(({ kind }) => kind)).toEqual(['paragraph']);
	expect(inlineOf(blocks).filter((node) => typeof node !== 'string')).toEqual([]);
	expect(showBlocks(blocks)).toBe(text);
});

test.for([
	['`a` `**b**` `https://a.example`', '<code>a</code> <code>**b**</code> <code>https://a.example</code>'],
	['`코드`는 한`코드`글', '<code>코드</code>는 한<code>코드</code>글'],
	['**`a`** *b `*` c*', '<b><code>a</code></b> <i>b <code>*</code> c</i>'],
	['``a`b`` ```c``d```', '<code>a`b</code> <code>c``d</code>'],
	['`` `open ```', '`` `open ```'],
	['`one\ntwo`', '`one\ntwo`'],
	['````a````', '````a````']
] as const)('code: %s', ([text, shown]) => {
	expect(showBlocks(parseText(text))).toBe(shown);
});

test.for([
	['```\na\n  **b**\n```', '<pre>a\n  **b**</pre>'],
	['```ts\nconst a = `b`;\n\n> c\n``` ', '<pre>const a = `b`;\n\n> c</pre>'],
	['앞\n```c++\n코드\n```\n뒤', '앞|<pre>코드</pre>|뒤'],
	['```\na\n```\n```\nb\n```', '<pre>a</pre>|<pre>b</pre>'],
	['```\na\n```\n```js\nb', '<pre>a</pre>|```js\nb'],
	['```\n\n```', '<pre></pre>'],
	['```word\n```', '```word\n```'],
	['```js\nopen', '```js\nopen'],
	['```two words\na\n```', '<pre>two words\na</pre>'],
	['```\ncode```', '<pre>code</pre>'],
	['```js\nconst a = 1;\nlet b;``` ', '<pre>const a = 1;\nlet b;</pre>'],
	['```js const a = 1;\nlet b;\n```', '<pre>js const a = 1;\nlet b;</pre>'],
	['```안녕\n하세요```\n끝', '<pre>안녕\n하세요</pre>|끝'],
	['```\nuse ```x``` here\n```', '<pre>use ```x``` here</pre>'],
	['```a``` b\nc\n```', '<code>a</code> b\nc\n```'],
	['> quoted **글**은\n> 둘째 줄\nanswer', '<quote>quoted <b>글</b>은\n둘째 줄</quote>|answer'],
	['> a\n>\n> b\n\n> c', '<quote>a\n\nb</quote>||<quote>c</quote>'],
	['> a\n>b', '<quote>a</quote>|>b'],
	['> > a', '<quote>> a</quote>'],
	['>a\n>\n> ', '>a\n>\n> '],
	['a > b\n > c', 'a > b\n > c'],
	['> ```\n> a', '<quote>```\na</quote>'],
	['> a\u2028> b', '<quote>a\u2028> b</quote>'],
	['\n a\n\n  b', '\n a\n\n  b']
] as const)('blocks: %j', ([text, shown]) => {
	expect(showBlocks(parseText(text))).toBe(shown);
});

test.for([
	['- 하나\n- **둘**은', '<ul><li>하나</li><li><b>둘</b>은</li></ul>'],
	['* one\n* two\n- three', '<ul><li>one</li><li>two</li><li>three</li></ul>'],
	['3. 셋\n1. 하나\n10. 열', '<ol><li 3>셋</li><li 1>하나</li><li 10>열</li></ol>'],
	[
		'- 밖\n  - 안\n\t1. 안의 수\n- 밖',
		'<ul><li>밖<ul><li>안</li></ul><ol><li 1>안의 수</li></ol></li><li>밖</li></ul>'
	],
	[' - a\n - b\n   - c\n      - d', '<ul><li>a</li><li>b<ul><li>c</li><li>d</li></ul></li></ul>'],
	['1. 제목\n- 항목\n2. 제목', '<ol><li 1>제목</li></ol>|<ul><li>항목</li></ul>|<ol><li 2>제목</li></ol>'],
	['앞\n- a\n- b\n뒤', '앞|<ul><li>a</li><li>b</li></ul>|뒤'],
	['- a\n- b\n> c', '<ul><li>a</li><li>b</li></ul>|<quote>c</quote>'],
	['- *가*\n- *나', '<ul><li><i>가</i></li><li>*나</li></ul>'],
	['- - a\n- -', '<ul><li>- a</li><li>-</li></ul>'],
	['- 수달 드림', '- 수달 드림'],
	['무료*\n* 세금 별도', '무료*\n* 세금 별도'],
	['-5도\n-7도', '-5도\n-7도'],
	['2026. 11. 29.\n2026. 11. 30.', '2026. 11. 29.\n2026. 11. 30.'],
	['5. 1. 회의\n5. 2. 소풍', '5. 1. 회의\n5. 2. 소풍'],
	['01. a\n02. b', '01. a\n02. b'],
	['100. a\n101. b', '100. a\n101. b'],
	['3.5 a\n3.6 b', '3.5 a\n3.6 b'],
	['> - a\n> - b', '<quote>- a\n- b</quote>'],
	['```\n- a\n- b\n```', '<pre>- a\n- b</pre>']
] as const)('lists: %j', ([text, shown]) => {
	expect(showBlocks(parseText(text))).toBe(shown);
});

test.for([
	['[회의록](https://a.kr/b)을', '<a>회의록 (a.kr)</a>을'],
	['**[문서](https://a.kr/b)**는 [x](www.a.kr)', '<b><a>문서 (a.kr)</a></b>는 <a>x (www.a.kr)</a>'],
	['([a](https://a.kr/b_(c)))', '(<a>a (a.kr)</a>)'],
	['[C언어](https://a.kr/tag/C언어) [은](https://a.kr/은)', '<a>C언어 (a.kr)</a> <a>은 (a.kr)</a>'],
	['[a](https://A.KR:80/b) [b](https://한국.kr/b)', '<a>a (a.kr:80)</a> <a>b (한국.kr)</a>'],
	['[bank.kr](https://evil.kr/b?c#d)', '<a>bank.kr (evil.kr/b?c#d)</a>'],
	['[https://bank.kr/](https://evil.kr)', '<a>https://bank.kr/ (evil.kr/)</a>'],
	['[ｂａｎｋ．ｋｒ](https://evil.kr)', '<a>ｂａｎｋ．ｋｒ (evil.kr/)</a>'],
	['[bank。kr bank․kr](https://evil.kr)', '<a>bank。kr bank․kr (evil.kr/)</a>'],
	['[a](https://bаnk.kr) [b](https://paypaI.kr)', '<a>a (xn--bnk-6cd.kr)</a> <a>b (paypai.kr)</a>'],
	['[https://a.kr](https://a.kr)', '<a>https://a.kr</a>'],
	['![고양이](https://a.kr/cat.png)', '!<a>고양이 (a.kr)</a>'],
	['[영상](https://youtu.be/a) https://youtu.be/a', '<a>영상 (youtu.be)</a> <a>https://youtu.be/a</a>'],
	['[ ](https://a.kr) [](https://a.kr)', '[ ](<a>https://a.kr</a>) [](<a>https://a.kr</a>)'],
	['[a] (https://a.kr)', '[a] (<a>https://a.kr</a>)'],
	['[a](https://a.kr "b")', '[a](<a>https://a.kr</a> "b")'],
	[
		'[a](javascript:alert(1)) [a](data:,b) [a](//a.kr) [a](a.kr)',
		'[a](javascript:alert(1)) [a](data:,b) [a](//a.kr) [a](a.kr)'
	],
	['[a](https://bank.kr@evil.kr)', '[a](https://bank.kr@evil.kr)'],
	['`[a](https://a.kr)`', '<code>[a](https://a.kr)</code>'],
	['[a [b](https://a.kr)', '[a <a>b (a.kr)</a>'],
	['[a\nb](https://a.kr)', '[a\nb](<a>https://a.kr</a>)']
] as const)('links with a name: %s', ([text, shown]) => {
	expect(showBlocks(parseText(text))).toBe(shown);
});

test.for([
	['```ts\na\n```', 'ts'],
	['```c++ \na\n```', 'c++'],
	['```\na\n```', ''],
	['```two words\na\n```', '']
] as const)('the language of code: %j', ([text, language]) => {
	expect(parseText(text)).toMatchObject([{ kind: 'code', language }]);
});

test('emphasis of Hangul is told apart from that of other letters', () => {
	const marked = inlineOf(parseText('*기울임* *italic* *React **훅***')).filter((node) => typeof node === 'object');
	expect(marked).toMatchObject([{ hasHangul: true }, { hasHangul: false }, { hasHangul: true }, { hasHangul: true }]);
});

test.for([
	['https://a.example', '<a>https://a.example</a>'],
	['Http://A.example:80/b?c=d&e=%20#f, g', '<a>Http://A.example:80/b?c=d&e=%20#f</a>, g'],
	['(https://a.example/b_(c)).', '(<a>https://a.example/b_(c)</a>).'],
	['[https://a.example/?b[]=1]!?', '[<a>https://a.example/?b[]=1</a>]!?'],
	['<https://a.example> "https://a.example"', '<<a>https://a.example</a>> "<a>https://a.example</a>"'],
	['**https://a.example/b_c**는', '<b><a>https://a.example/b_c</a></b>는'],
	['*https://a.example* _https://a.example_', '<i><a>https://a.example</a></i> <i><a>https://a.example</a></i>'],
	['https://a.example/web/*/b', '<a>https://a.example/web/*/b</a>'],
	['「https://a.example/b」、https://a.example。', '「<a>https://a.example/b</a>」、<a>https://a.example</a>。'],
	['https://a.example/b…“https://a.example”', '<a>https://a.example/b</a>…“<a>https://a.example</a>”'],
	['주소는https://a.example/', '주소는<a>https://a.example/</a>'],
	[
		'https://a.example/에서 https://a.example/b?c=1를',
		'<a>https://a.example/</a>에서 <a>https://a.example/b?c=1</a>를'
	],
	['(https://a.example/b)에서는', '(<a>https://a.example/b</a>)에서는'],
	['https://a.example/b입니다.', '<a>https://a.example/b</a>입니다.'],
	[
		'https://a.com에서는요, http://localhost:80인데요',
		'<a>https://a.com</a>에서는요, <a>http://localhost:80</a>인데요'
	],
	['https://a.example/wiki/두더지', '<a>https://a.example/wiki/두더지</a>'],
	[
		'https://a.example/w/C언어 https://a.example/?q=이',
		'<a>https://a.example/w/C언어</a> <a>https://a.example/?q=이</a>'
	],
	['https://한국.kr/ https://한국.kr은', '<a>https://한국.kr/</a> <a>https://한국.kr</a>은'],
	['https://ar.example/خلد، نعم', '<a>https://ar.example/خلد</a>، نعم'],
	['http://[::1]:80/a', '<a>http://[::1]:80/a</a>'],
	['https://a.example/\u202egpj.b', '<a>https://a.example/</a>\u202egpj.b']
] as const)('links: %s', ([text, shown]) => {
	expect(showBlocks(parseText(text))).toBe(shown);
});

test.for([
	'javascript:alert(1) data:text/html,a vbscript:a file:///etc',
	'www.a www. awww.a.example @www.a.example a.example mailto:a@b.example ftp://a.example',
	'xhttps://a.example http:// https://. http://: http:/a',
	'http://a.example:99999 https://%zz',
	'https://bank.example@evil.example https://a:b@evil.example/'
])('no link: %s', (text) => {
	expect(showBlocks(parseText(text))).toBe(text);
});

test('mentions: in text, also in marked text, not in code or links', () => {
	const text = '@Ada, **@수줍은 두더지**님 @snake_case `@Ada` https://a.example/@Ada @Adam';
	expect(showBlocks(parseText(text, MENTIONS))).toBe(
		'<mark>@Ada</mark>, <b><mark>@수줍은 두더지</mark></b>님 <mark>@snake_case</mark> <code>@Ada</code> <a>https://a.example/@Ada</a> @Adam'
	);
});

test('no typed character is lost, whatever the text', () => {
	fc.assert(
		fc.property(messageText, (text) => {
			const blocks = parseText(text, MENTIONS);
			expect(forget(write(blocks))).toBe(forget(text));
			expect(inlineOf(blocks)).not.toContain('');
		}),
		{ numRuns: 3_000 }
	);
});

test('links are http or https, lead where they say, and contain no hidden characters', () => {
	fc.assert(
		fc.property(messageText, (text) => {
			for (const node of inlineOf(parseText(text))) {
				if (typeof node === 'string' || node.kind !== 'link') continue;
				expect(node.href).toMatch(/^https?:\/\//);
				const address = /\]\((.*)\)$/.exec(node.typed)?.[1] ?? node.typed;
				expect(node.href).toBe(new URL(address.startsWith('www') ? `https://${address}` : address).href);
				expect(address).not.toMatch(/[\s\p{C}]/u);
				expect(text).toContain(node.typed);
				const { host } = new URL(`https://${node.shown ?? node.href.replace(/^https?:\/\//, '')}`);
				expect(host).toBe(new URL(node.href).host);
			}
		}),
		{ numRuns: 3_000 }
	);
});

test('markers nest in other markers, but not in themselves', () => {
	fc.assert(
		fc.property(messageText, (text) => {
			for (const node of inlineOf(parseText(text))) expect(depthOf(node)).toBeLessThanOrEqual(4);
		})
	);
});

test.for(hostileTexts(4_000))('a hostile text keeps its words, and its tree stays flat: %s', ([, typed]) => {
	const text = cleanText(typed);
	const blocks = parseText(text, MENTIONS);
	expect(forget(write(blocks))).toBe(forget(text));
	for (const node of inlineOf(blocks)) expect(depthOf(node)).toBeLessThanOrEqual(4);
});
