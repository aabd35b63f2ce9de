import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mentionReader, mentionsIn } from '../src/mentions.ts';
import { messageText } from '@digda/testkit/message-text.ts';

function isNamed(text: string, name: string): boolean {
	return mentionsIn(text, [name]).length > 1;
}

test.for([
	['@Ada', 'Ada'],
	['hi @ada, look', 'Ada'],
	['(@ADA)', 'ada'],
	['@Ada님 @Adaさん', 'Ada'],
	['@Ada_ and _@Ada_', 'Ada'],
	['안녕@수달', '수달'],
	['@수달님', '수달'],
	['@수달은', '수달'],
	['@수줍은 두더지가', '수줍은 두더지'],
	['@수달2님', '수달2'],
	['@수달'.normalize('NFD'), '수달'],
	['@Zoë', 'Zoë'.normalize('NFD')],
	['@أحمد، مرحبا', 'أحمد'],
	['@太郎は', '太郎'],
	['@🐹!', '🐹'],
	['@a.b*c', 'A.B*C'],
	['@(x)', '(x)']
] as const)('%j mentions %s', ([text, name]) => {
	expect(isNamed(text, name)).toBe(true);
});

test.for([
	['Ada', 'Ada'],
	['@Adam @Ada2 @Ada_2 @Adaé', 'Ada'],
	['ada@Adam.com ada@ada.com 1@ada é@ada', 'Ada'],
	['https://a.example/@Ada', 'Ada'],
	['@ Ada', 'Ada'],
	['@수줍은두더지', '수줍은 두더지'],
	['@수달23', '수달2'],
	['@Иванов', 'Иван'],
	['@axb', 'a.b'],
	['', 'Ada']
] as const)('%j does not mention %s', ([text, name]) => {
	expect(isNamed(text, name)).toBe(false);
});

test('plain pieces and mentions alternate, and the longer of two names counts', () => {
	expect(mentionsIn('@Ada Lovelace님, @ada와 @Eve', ['Ada', 'Ada Lovelace', 'Bob'])).toEqual([
		'',
		'@Ada Lovelace',
		'님, ',
		'@ada',
		'와 @Eve'
	]);
	expect(mentionsIn('@Ada', [])).toEqual(['@Ada']);
});

test('no text is lost, and every name is found, whatever its characters', () => {
	const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 });
	fc.assert(
		fc.property(messageText, fc.array(name, { maxLength: 3 }), (text, names) => {
			expect(mentionsIn(text, names).join('').normalize('NFC')).toBe(text.normalize('NFC'));
			for (const each of names) expect(isNamed(`hi @${each}, look`, each)).toBe(true);
		})
	);
});

test('[MENTION-4] occurrences of a name stand for its mentions in order, over all parts of a text', () => {
	const [ada, bora, chan] = ['ada', 'bora', 'chan'].map((id) => ({ id, name: id === 'chan' ? 'Chan' : '민수' }));
	if (!ada || !bora || !chan) throw new Error('a person is missing');
	const read = mentionReader([ada, chan, bora]);
	const idsIn = (text: string) => read(text).map((part) => part.mention?.id ?? part.text);
	expect(idsIn('@민수야, @chan과 ')).toEqual(['ada', '야, ', 'chan', '과 ']);
	expect(idsIn('@민수, @민수')).toEqual(['bora', ', ', 'bora']);
	expect(mentionReader()('@민수')).toEqual([{ text: '@민수' }]);
	expect(mentionReader([chan])('@민수')).toEqual([{ text: '@민수' }]);
});
