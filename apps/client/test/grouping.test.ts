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

test.for([
	['UTC', '2026-11-25T00:00Z'],
	['Asia/Seoul', '2026-11-24T15:00Z'],
	['America/New_York', '2026-11-25T05:00Z']
] as const)('a day begins at midnight in the time zone of its label: %s', ([timeZone, midnight]) => {
	const day = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeZone });
	const at = (minutes: number) => said(ADA, Date.parse(midnight) + minutes * MINUTE);
	expect(isOtherDay(at(0), at(24 * 60 - 1), day)).toBe(false);
	expect(isOtherDay(at(-1), at(0), day)).toBe(true);
	expect(isOtherDay(at(0), at(24 * 60), day)).toBe(true);
});
