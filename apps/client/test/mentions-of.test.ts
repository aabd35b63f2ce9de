import { expect, test } from 'vitest';
import { ChosenMentions } from '#lib/completion/ChosenMentions.ts';
import { mentionsOf } from '#lib/completion/mentions-of.ts';
import { suggestPeople } from '#lib/completion/suggest.ts';

const ada = { id: 'ada', name: 'Ada' };
const jang = { id: 'jang', name: '장그래' };
const minsu = { id: 'minsu', name: '민수' };
const other = { id: 'other', name: '민수' };
const everyone = { id: '*', name: '모두' };
const people = [ada, jang, minsu, other, everyone];

/** Chooses people in a text, one after the other, as the list does. */
function write(...parts: (string | typeof ada)[]) {
	const chosen = new ChosenMentions();
	let text = '';
	for (const part of parts) {
		const at = text.length;
		text += typeof part === 'string' ? part : `@${part.name}`;
		chosen.follow(text, text.length);
		if (typeof part !== 'string') chosen.add({ ...part, at });
	}
	return { text, chosen };
}

test('the chosen people are mentioned in the order of the text, with a particle behind the name', () => {
	const { text, chosen } = write(jang, '님이 ', ada, ' 씨와');
	expect(mentionsOf(text, people, chosen.all)).toEqual([jang, ada]);
});

test('two people of one name are two mentions, in the order of the text', () => {
	const { text, chosen } = write(other, '와 ', minsu);
	expect(mentionsOf(text, people, chosen.all)).toEqual([other, minsu]);
});

test('a mention stands for all occurrences of its name, unless they differ', () => {
	const one = write(jang, ' ', jang);
	expect(mentionsOf(one.text, people, one.chosen.all)).toEqual([jang]);
	const two = write(minsu, ' ', other, ' ', minsu);
	expect(mentionsOf(two.text, people, two.chosen.all)).toEqual([minsu, other, minsu]);
});

test('a name that was typed out counts when one person has it', () => {
	expect(mentionsOf('@ada와 @장그래, @모두', people, [])).toEqual([{ id: 'ada', name: 'ada' }, jang, everyone]);
	expect(mentionsOf('@민수', people, [])).toEqual([]);
	expect(mentionsOf('ada@장그래.kr', [jang], [])).toEqual([]);
});

test('a mention follows changes before it, and is forgotten with its name', () => {
	const { text, chosen } = write('와 ', other);
	chosen.follow(`오늘 ${text}`, 3);
	expect(mentionsOf(`오늘 ${text}`, people, chosen.all)).toEqual([other]);
	chosen.follow('오늘 와 @민', 7);
	expect(chosen.all).toEqual([]);
	chosen.follow('오늘 와 @민수', 8);
	expect(mentionsOf('오늘 와 @민수', people, chosen.all)).toEqual([]);
});

test('of two people of one name the one whose name was deleted is no longer mentioned', () => {
	const { text, chosen } = write(minsu, '와 ', other, '에게');
	const rest = text.slice('@민수와 '.length);
	chosen.follow(rest, 0);
	expect(mentionsOf(rest, people, chosen.all)).toEqual([other]);
});

test('a text has at most 20 mentions', () => {
	const crowd = Array.from({ length: 30 }, (_, index) => ({ id: `id-${index}`, name: `사람${index}번` }));
	const text = crowd.map(({ name }) => `@${name}`).join(' ');
	expect(mentionsOf(text, crowd, [])).toEqual(crowd.slice(0, 20));
});

test.for([
	['', ['Ada', '장그래', '민수', '민수', '모두']],
	['장그', ['장그래']],
	['ㅈㄱㄹ', ['장그래']],
	['장글', ['장그래']],
	['wkdrm', ['장그래']],
	['ㅁㅅ', ['민수', '민수']],
	['없음', []]
] as const)('@%s suggests %j', ([query, names]) => {
	expect(suggestPeople(query, people).list.map(({ label }) => label)).toEqual(names);
});

test('two people of one name are told apart', () => {
	expect(suggestPeople('민수', people).list.map(({ key, mention }) => [key, mention?.isAlike])).toEqual([
		['minsu', true],
		['other', true]
	]);
	expect(suggestPeople('장그래', people).list[0]?.mention?.isAlike).toBe(false);
});

test('Enter takes the first person, unless the name is typed out and only one person has it', () => {
	expect(suggestPeople('장그', people).isEager).toBe(true);
	expect(suggestPeople('장그래', people).isEager).toBe(false);
	expect(suggestPeople('민수', people).isEager).toBe(true);
});
