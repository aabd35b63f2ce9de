import { expect, test } from 'vitest';
import { isContinuation, isOtherDay } from '#lib/room/grouping.ts';

const ADA = { id: 'a', name: 'Ada' };
const NOON = new Date(2026, 10, 25, 12).getTime();
const MINUTE = 60_000;

function said(author: typeof ADA, sentAt: number) {
	return { author, sentAt };
}

test.for([
	['at once', said(ADA, NOON), true],
	['within 5 minutes', said(ADA, NOON + 5 * MINUTE - 1), true],
	['after 5 minutes', said(ADA, NOON + 5 * MINUTE), false],
	['by a clock that was set back for a while', said(ADA, NOON - MINUTE), true],
	['by a clock that was set back for long', said(ADA, NOON - 5 * MINUTE), false],
	['by somebody else with the same name', said({ id: 'b', name: 'Ada' }, NOON), false],
	['under a new name', said({ id: 'a', name: 'Lovelace' }, NOON), false]
] as const)('what is said %s goes on with what was said before: %#', ([, next, isGoingOn]) => {
	expect(isContinuation(said(ADA, NOON), next)).toBe(isGoingOn);
});

test('a day begins at midnight, where the reader is', () => {
	const lastMinute = new Date(2026, 10, 25, 23, 59).getTime();
	expect(isOtherDay(said(ADA, NOON), said(ADA, lastMinute))).toBe(false);
	expect(isOtherDay(said(ADA, lastMinute), said(ADA, lastMinute + MINUTE))).toBe(true);
	expect(isOtherDay(said(ADA, NOON), said(ADA, NOON + 24 * 60 * MINUTE))).toBe(true);
});
