import type { Row } from './findings.ts';

/** What a figure of digda has to be: a time or a rate, or a ratio, which is worth the same on every machine. */
export interface Target {
	name: string;
	/** None for a ratio. */
	unit?: 'ms' | '/s';
	/** The most that it may be, or the least. */
	bound: number;
	isFloor?: boolean;
	/** Undefined where it was not measured. */
	value: (rows: readonly Row[]) => number | undefined;
	/** For a ratio: how many times the bound it may be in a short run, beside what the machine does otherwise. */
	roomForNoise?: number;
}

/** A target and what came of it. */
export interface Outcome extends Omit<Target, 'value'> {
	value: number | undefined;
	isMet: boolean | undefined;
}

/** What came of each target. */
export function judge(rows: readonly Row[], targets: readonly Target[]): Outcome[] {
	return targets.map(({ value: valueIn, ...target }) => {
		const value = valueIn(rows);
		return { ...target, value, isMet: value === undefined ? undefined : isWithin(value, target) };
	});
}

function isWithin(value: number, { bound, isFloor }: Omit<Target, 'value'>): boolean {
	return isFloor ? value >= bound : value <= bound;
}

/** How often a ratio is measured before it counts as off: other work of the machine comes and goes, a fault stays. */
export const MOST_RUNS = 3;

/** Measures again while a ratio is far off that was so each time. @returns those that are far off in every run */
export async function farOffEachTime(
	first: readonly Outcome[],
	measureAgain: (off: readonly Outcome[]) => Promise<readonly Outcome[]>
): Promise<Outcome[]> {
	let off = farOff(first);
	for (let run = 1; run < MOST_RUNS && off.length > 0; run += 1) {
		const before = new Set(off.map(({ name }) => name));
		off = farOff(await measureAgain(off)).filter(({ name }) => before.has(name));
	}
	return off;
}

/** The ratios that are off by more than noise. Times are none of them: they say as much of the machine. */
export function farOff(outcomes: readonly Outcome[]): Outcome[] {
	return outcomes.filter(
		({ value, bound, roomForNoise }) =>
			roomForNoise !== undefined && value !== undefined && value > bound * roomForNoise
	);
}
