import { randomInt } from 'node:crypto';

const ENGLISH = {
	qualities:
		'Amber Brave Bright Calm Clever Cosy Curious Eager Gentle Golden Happy Honest Jolly Kind Lively Lucky Mellow Merry Nimble Patient Polite Proud Quick Quiet Silver Sunny Swift Tidy Warm Witty',
	animals:
		'Badger Beaver Bear Cat Crane Deer Dolphin Dove Duck Falcon Fox Frog Goose Hare Hedgehog Heron Koala Lark Lynx Magpie Mole Otter Owl Panda Penguin Rabbit Robin Seal Squirrel Tiger'
};
const KOREAN = {
	qualities:
		'밝은 용감한 다정한 차분한 똑똑한 포근한 궁금한 부지런한 온화한 금빛 행복한 정직한 명랑한 친절한 활기찬 운좋은 느긋한 즐거운 날쌘 너그러운 예의바른 당당한 빠른 조용한 은빛 눈부신 재빠른 단정한 따뜻한 재치있는',
	animals:
		'오소리 비버 곰 고양이 두루미 사슴 돌고래 비둘기 오리 매 여우 개구리 거위 토끼 고슴도치 왜가리 코알라 종달새 스라소니 까치 두더지 수달 부엉이 판다 펭귄 다람쥐 울새 물개 청설모 호랑이'
};

/**
 * A readable random name for a guest, such as `Quiet Otter` or `조용한 수달`.
 * @param acceptLanguage the browser's `Accept-Language`: Korean if that comes first, otherwise English
 */
export function guestName(acceptLanguage = ''): string {
	const { qualities, animals } = /^\s*ko\b/i.test(acceptLanguage) ? KOREAN : ENGLISH;
	return `${pick(qualities)} ${pick(animals)}`;
}

function pick(list: string): string {
	const words = list.split(' ');
	return words[randomInt(words.length)] ?? '';
}
