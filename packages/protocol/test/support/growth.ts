/** The compared lengths in UTF-16 code units: the longest message, and four times as much. */
export const LENGTHS = [8_000, 32_000] as const;

/** Four times the text: what is linear costs four times as much, what is quadratic sixteen times. */
const MOST = 9;

/** The error of a measurement, in milliseconds: garbage collection, compilation. */
const NOISE_MS = 2;

/** The number of measurements, of which the minimum counts: on a busy machine some of them are interrupted. */
const ATTEMPTS = 25;

/** The shortest measurement of processor time, in milliseconds. */
const WATCHED_MS = 100;

function leastTime(run: () => unknown, times: number): number {
	let least = Infinity;
	for (let time = 0; time < times; time += 1) {
		const start = performance.now();
		run();
		least = Math.min(least, performance.now() - start);
	}
	return least;
}

/**
 * Measures the processor time of this thread for a function, in milliseconds.
 * @param watchedMs the function is repeated for this time, as the clock ticks every few milliseconds
 */
export function processorTime(run: () => unknown, watchedMs = WATCHED_MS): number {
	const start = process.threadCpuUsage();
	for (let times = 1; ; times += 1) {
		run();
		const { user, system } = process.threadCpuUsage(start);
		if (user + system >= 1_000 * watchedMs) return (user + system) / 1_000 / times;
	}
}

/**
 * Whether reading four times the text costs at most about four times as much.
 * @returns both costs in milliseconds where it costs more, otherwise `undefined`
 */
export function superlinear(
	read: (text: string) => unknown,
	[short, long]: readonly [string, string]
): { short: number; long: number } | undefined {
	const isLinear = (cost: { short: number; long: number }) => cost.long <= MOST * cost.short + NOISE_MS;
	const least = { short: Infinity, long: Infinity };
	for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
		least.short = Math.min(
			least.short,
			leastTime(() => read(short), 3)
		);
		least.long = Math.min(
			least.long,
			leastTime(() => read(long), 1)
		);
		if (isLinear(least)) return undefined;
		if (least.long > WATCHED_MS) break;
	}
	// On a busy machine a longer run is always interrupted. Processor time is slow to measure, but right.
	const cost = { short: processorTime(() => read(short)), long: processorTime(() => read(long)) };
	return isLinear(cost) ? undefined : cost;
}

/**
 * Pairs of short and long hostile texts, by name.
 * @param texts makes all texts of a length, in the same order for each length
 */
export function pairsOf(
	texts: (length: number) => [name: string, text: string][],
	[short, long]: readonly [number, number] = LENGTHS
): [string, [string, string]][] {
	const longer = texts(long);
	return texts(short).map(([name, text], index) => [name, [text, longer[index]?.[1] ?? '']]);
}
