import { afterEach, expect, test, vi } from 'vitest';
import { formats } from '#lib/i18n/formats.svelte.ts';

/** Moves the reader: a format that is made from now on is of another time zone. */
function moveTo(timeZone: string): void {
	vi.restoreAllMocks();
	const options = { ...new Intl.DateTimeFormat().resolvedOptions(), timeZone };
	vi.spyOn(Intl.DateTimeFormat.prototype, 'resolvedOptions').mockReturnValue(options);
	formats.followZone();
}

afterEach(() => {
	vi.restoreAllMocks();
	formats.followZone();
});

test('days and times are all of one time zone, also after the reader has moved', () => {
	const late = Date.parse('2026-11-25T20:00Z');
	for (const [zone, time, day] of [
		['UTC', '8:00', 'November 25'],
		['Asia/Seoul', '5:00', 'November 26'],
		['America/New_York', '3:00', 'November 25']
	] as const) {
		moveTo(zone);
		expect(formats.time.format(late)).toContain(time);
		expect(formats.day.format(late)).toContain(day);
		expect(formats.dateTime.format(late)).toContain(time);
	}
});
