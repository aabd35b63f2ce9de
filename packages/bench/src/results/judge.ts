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

/** The ratios that are off by more than noise. Times are none of them: they say as much of the machine. */
export function farOff(outcomes: readonly Outcome[]): Outcome[] {
	return outcomes.filter(
		({ value, bound, roomForNoise }) =>
			roomForNoise !== undefined && value !== undefined && value > bound * roomForNoise
	);
}
