import { afterEach, expect, test, vi } from 'vitest';
import { formats } from '#lib/i18n/formats.svelte.ts';

/** Changes the time zone of all formats that are created afterwards. */
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

test('all days and times have one time zone, also after the time zone has changed', () => {
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
