/** Runs something later, in milliseconds. @returns what prevents it */
export type Schedule = (ms: number, run: () => void) => () => void;

/** Runs something while nobody else in this browser runs under the same name. */
export type Exclusive = (name: string, run: () => Promise<void>) => Promise<void>;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

/**
 * How long to wait before a retry: twice as long each time, and never all clients at once.
 * @param failures how often it failed in a row, from 1 on
 */
export function retryDelay(failures: number, random: () => number): number {
	const longest = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS);
	return longest * (0.5 + random() / 2);
}
