import { onTestFinished, vi } from 'vitest';

/**
 * Stops the clock of `performance` in this process, by which its servers count rates. A burst is then an exact number,
 * however slow the machine is. Timers go on. The clock runs again when the test ends.
 * @returns `pass`, which moves the clock by milliseconds
 */
export function freezeClock(): { pass: (ms: number) => void } {
	// Whole milliseconds: fractions of them do not add up to exactly a burst.
	let now = Math.ceil(performance.now());
	const clock = vi.spyOn(performance, 'now').mockImplementation(() => now);
	onTestFinished(() => clock.mockRestore());
	return { pass: (ms) => void (now += ms) };
}
