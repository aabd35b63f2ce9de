import { skeletonOf } from './skeleton.ts';
import { compose } from './text.ts';

// The package's index does not export this file, so that no page carries the list. The server alone decides.

const WORDS = {
	/** Titles of a chat's operator. Each is reserved as a word anywhere in a name. */
	roles: `admin admins administrator administrators moderator moderators operator operators sysadmin sysop superuser
		webmaster 관리자 운영자 운영진 운영팀 오퍼레이터 어드민 모더레이터`,
	/** Names of the program and its parts. Each is reserved alone, or with words that add nothing. */
	program: `digda system server root support mod mods staff 디그다 시스템 서버 공지 공지사항 고객센터`,
	/** Words in front that add nothing: "the operator", "official digda". */
	front: `a an the my our your this is am iam im mr mrs ms sir official real true only original chief head main senior
		super vice x xx xxx 공식 진짜 총 부 최고 메인 우리 저는 나는`,
	/** Words behind that add nothing: "digda team", "서버님". */
	behind: `official real team crew bot account user chat desk help helper center centre service message messages notice
		notices of for and the x xx xxx 공식 의 님 씨 팀 봇 들 계정 채팅 안내 알림 메시지 입니다`
};

/** Digits and signs that stand for a letter, and q, which looks like one. */
const STANDS_FOR: Readonly<Record<string, string>> = {
	...{ 0: 'o', 1: 'l', 3: 'e', 4: 'a', 5: 's', 6: 'g', 7: 't', 8: 'b', 9: 'g', '|': 'l', '!': 'l', '@': 'a', $: 's' },
	...{ '+': 't', q: 'g' }
};

const LETTER = /[\p{L}\p{Nd}|!@$+]/u;

/** Characters that count as a letter or as nothing; "0perator1" has both. */
const SIGN = /[\p{Nd}|!@$+]/u;

/** Separators of words: everything except letters, lookalikes and invisible characters. */
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{Nd}\p{Cf}\p{DI}\p{So}|!@$+]+|(?<=\p{Ll})(?=\p{Lu})/u;

/** The same, but digits and signs separate words too: "Jane|Admin". */
const BETWEEN_LETTERS = /[^\p{L}\p{M}\p{Cf}\p{DI}\p{So}]+/u;

interface Letter {
	letter: string;
	isSign: boolean;
}

/** The normalized words, built on first use. */
let lexicon: Readonly<Record<keyof typeof WORDS, readonly string[]>> | undefined;

/**
 * Whether a reader could mistake a name for the operator or the program. The check ignores case, width, script, marks
 * and separators. A digit counts both as the letter that it stands for and as nothing.
 */
export function isReservedName(name: string): boolean {
	const { roles, program } = (lexicon ??= readWords());
	// Some letters resemble others only in upper case, some only in lower case.
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
			.map((letter) => ({ letter: STANDS_FOR[letter] ?? letter, isSign: SIGN.test(character) }))
	);
}

function textOf(letters: readonly Letter[]): string {
	return letters.map(({ letter }) => letter).join('');
}

/** Whether letters consist of at least one reserved word, with only filler words around it. */
function isMadeOf(reserved: readonly string[], letters: readonly Letter[]): boolean {
	const { front, behind } = (lexicon ??= readWords());
	const text = textOf(letters);
	// Reachable positions: before the first reserved word, and after it.
	const [inFront, isBehind] = [new Set([0]), new Set<number>()];
	for (let at = 0; at < letters.length; at += 1) {
		const advance = (list: readonly string[], positions: Set<number>) => {
			for (const word of list) if (text.startsWith(word, at)) positions.add(at + word.length);
		};
		for (const [positions, fillers] of [
			[inFront, front],
			[isBehind, behind]
		] as const) {
			if (!positions.has(at)) continue;
			if (letters[at]?.isSign) positions.add(at + 1);
			advance(fillers, positions);
			advance(reserved, isBehind);
		}
	}
	return isBehind.has(letters.length);
}
