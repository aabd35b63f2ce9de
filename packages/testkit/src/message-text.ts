import fc from 'fast-check';

const PIECES = [
	...'* ** *** _ __ ~~ ~ - 1. [a]( [ ]( ` `` ``` ```ts > ( ) [ ] . , " \' / \\ @ 。 、 「 」'.split(' '),
	...'http:// https:// Https://a.example/ https://한국.kr javascript: https://a:b@c @ada .com :80 ?q='.split(' '),
	...'a word 7 굵게 에서 는 مرحبا 太字 🇰🇷 👩‍👩‍👧 1️⃣'.split(' '),
	...[' ', '  ', '\n', '\n```\n', '> ', '\n> ', '\n- ', '\n  1. ', '\r', '\u2028', '\u202e', '\u200b', '\ud800']
];

/** A text made of what means something here, and of anything. */
export const messageText = fc
	.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ unit: 'binary', maxLength: 3 })), {
		maxLength: 60
	})
	.map((pieces) => pieces.join(''));
