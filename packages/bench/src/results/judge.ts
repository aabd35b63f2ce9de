import type { Row } from './findings.ts';

/** The target of a figure of digda: a time, a rate, or a ratio, which is comparable between machines. */
export interface Target {
	name: string;
	/** The unit, undefined for a ratio. */
	unit?: 'ms' | '/s';
	/** The largest allowed value, or the smallest for a floor. */
	bound: number;
	isFloor?: boolean;
	/** The measured value, undefined without a measurement. */
	value: (rows: readonly Row[]) => number | undefined;
	/** For a ratio: the factor beyond the bound that counts as noise in a short run. */
	roomForNoise?: number;
}

/** A target with its result. */
export interface Outcome extends Omit<Target, 'value'> {
	value: number | undefined;
	isMet: boolean | undefined;
}

/** Compares the rows with the targets. */
export function judge(rows: readonly Row[], targets: readonly Target[]): Outcome[] {
	return targets.map(({ value: valueIn, ...target }) => {
		const value = valueIn(rows);
		return { ...target, value, isMet: value === undefined ? undefined : isWithin(value, target) };
	});
}

function isWithin(value: number, { bound, isFloor }: Omit<Target, 'value'>): boolean {
	return isFloor ? value >= bound : value <= bound;
}

/** The number of runs before a ratio counts as off: other load of the machine is temporary, a fault is not. */
export const MOST_RUNS = 3;

/** Measures again while a ratio was far off in every run so far. @returns the ratios that are far off in every run */
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

/** The ratios that are off by more than noise. Times do not count, as they depend on the machine. */
export function farOff(outcomes: readonly Outcome[]): Outcome[] {
	return outcomes.filter(
		({ value, bound, roomForNoise }) =>
			roomForNoise !== undefined && value !== undefined && value > bound * roomForNoise
	);
}
