import { quantile } from 'simple-statistics';

export interface Latency {
	p50Ms: number;
	p99Ms: number;
}

/** The percentiles of times in milliseconds. @throws when there are none */
export function latencyOf(times: readonly number[]): Latency {
	if (times.length === 0) throw new Error('there was no answer');
	const [p50Ms = NaN, p99Ms = NaN] = quantile(times, [0.5, 0.99]);
	return { p50Ms, p99Ms };
}
