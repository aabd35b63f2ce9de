import { skeletonOf } from './skeleton.ts';
import { compose } from './text.ts';

// Not among the exports of the package's index, so that no page carries the list: the server alone decides.

const WORDS = {
	/** What the operator of a chat is called. As a word of its own it is reserved, whatever stands beside it. */
	roles: `admin admins administrator administrators moderator moderators operator operators sysadmin sysop superuser
		webmaster 관리자 운영자 운영진 운영팀 오퍼레이터 어드민 모더레이터`,
	/** What the program and its parts are called. It is reserved alone, and with what adds nothing to it. */
	program: `digda system server root support mod mods staff 디그다 시스템 서버 공지 공지사항 고객센터`,
	/** What adds nothing in front: "the operator", "official digda". */
	front: `a an the my our your this is am iam im mr mrs ms sir official real true only original chief head main senior
		super vice x xx xxx 공식 진짜 총 부 최고 메인 우리 저는 나는`,
	/** What adds nothing behind: "digda team", "서버님". */
	behind: `official real team crew bot account user chat desk help helper center centre service message messages notice
		notices of for and the x xx xxx 공식 의 님 씨 팀 봇 들 계정 채팅 안내 알림 메시지 입니다`
};

/** Digits and signs that are written for a letter; and q, which looks like one. */
const WRITTEN_FOR: Readonly<Record<string, string>> = {
	...{ 0: 'o', 1: 'l', 3: 'e', 4: 'a', 5: 's', 6: 'g', 7: 't', 8: 'b', 9: 'g', '|': 'l', '!': 'l', '@': 'a', $: 's' },
	...{ '+': 't', q: 'g' }
};

const LETTER = /[\p{L}\p{Nd}|!@$+]/u;

/** What is a letter or nothing: both are in "0perator1". */
const SIGN = /[\p{Nd}|!@$+]/u;

/** What parts words: all but letters, what looks like one, and what is not seen. */
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{Nd}\p{Cf}\p{DI}\p{So}|!@$+]+|(?<=\p{Ll})(?=\p{Lu})/u;

/** The same where digits and signs part words: "Jane|Admin". */
const BETWEEN_LETTERS = /[^\p{L}\p{M}\p{Cf}\p{DI}\p{So}]+/u;

interface Letter {
	letter: string;
	isSign: boolean;
}

/** The words as they are looked for; made when a name is first looked at. */
let lexicon: Readonly<Record<keyof typeof WORDS, readonly string[]>> | undefined;

/**
 * Whether a reader could take a name for the operator's or the program's. Case, width, script, marks and what is between
 * the letters do not count; a digit counts as the letter that it is written for, and as nothing.
 */
export function isReservedName(name: string): boolean {
	const { roles, program } = (lexicon ??= readWords());
	// Some letters look like others only as capitals, some only as small ones.
	const plain = compose(name).normalize('NFKD');
	return [plain, plain.toLowerCase()].some((cased) => {
		const words = [BETWEEN_WORDS, BETWEEN_LETTERS].flatMap((between) => cased.split(between));
		return isMadeOf([...roles, ...program], lettersOf(cased)) || words.some((word) => isMadeOf(roles, lettersOf(word)));
	});
}

function readWords() {
	const read = (list: string) => list.split(/\s+/).map((word) => textOf(lettersOf(word)));
	const { roles, program, front, behind } = WORDS;
	return { roles: read(roles), program: read(program), front: read(front), behind: read(behind) };
}

function lettersOf(text: string): Letter[] {
	return Array.from(text.normalize('NFKD')).flatMap((character) =>
		Array.from(skeletonOf(character))
			.filter((letter) => LETTER.test(letter))
			.map((letter) => ({ letter: WRITTEN_FOR[letter] ?? letter, isSign: SIGN.test(character) }))
	);
}

function textOf(letters: readonly Letter[]): string {
	return letters.map(({ letter }) => letter).join('');
}

/** Whether letters are reserved words, one at least, with nothing around them but what adds nothing. */
function isMadeOf(reserved: readonly string[], letters: readonly Letter[]): boolean {
	const { front, behind } = (lexicon ??= readWords());
	const text = textOf(letters);
	// How far one can have read, in front of the first reserved word and behind it.
	const [inFront, isBehind] = [new Set([0]), new Set<number>()];
	for (let place = 0; place < letters.length; place += 1) {
		const go = (list: readonly string[], places: Set<number>) => {
			for (const word of list) if (text.startsWith(word, place)) places.add(place + word.length);
		};
		for (const [places, fillers] of [
			[inFront, front],
			[isBehind, behind]
		] as const) {
			if (!places.has(place)) continue;
			if (letters[place]?.isSign) places.add(place + 1);
			go(fillers, places);
			go(reserved, isBehind);
		}
	}
	return isBehind.has(letters.length);
}
