/** The lengths that are compared, in UTF-16 code units: of the longest message, and of four times as much. */
export const LENGTHS = [8_000, 32_000] as const;

/** Four times the text: what is linear costs four times as much, what is quadratic sixteen times. */
const MOST = 9;

/** What a measurement may be off by, in milliseconds: a collection of garbage, a compilation. */
const NOISE_MS = 2;

/** Others keep the machine busy: the least of so many measurements counts. What is quick is seldom interrupted in all of them. */
const ATTEMPTS = 25;

/** How long the clock of the processor is watched, in milliseconds. */
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
 * How long this thread is on a processor for something, in milliseconds: what others do does not count.
 * @param watchedMs it is done again until this time is over, for the clock ticks every few milliseconds
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
 * @returns what each of the two costs, in milliseconds, where it costs more; else `undefined`
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
	// What takes longer than a slice of time is interrupted again and again on a busy machine. Then this is slow, and right.
	const cost = { short: processorTime(() => read(short)), long: processorTime(() => read(long)) };
	return isLinear(cost) ? undefined : cost;
}

/**
 * The pairs of short and long hostile texts, by what they are made of.
 * @param texts makes them in a length, and in the same order in each
 */
export function pairsOf(
	texts: (length: number) => [name: string, text: string][],
	[short, long]: readonly [number, number] = LENGTHS
): [string, [string, string]][] {
	const longer = texts(long);
	return texts(short).map(([name, text], index) => [name, [text, longer[index]?.[1] ?? '']]);
}
