/** All figures: the displayed unit, and the number of measured units in it. */
export const FIGURES = {
	cpuUsPerMessage: { unit: 'µs/message', size: 1 },
	cpuUsPerDelivery: { unit: 'µs/delivery', size: 1 },
	messagesPerSecond: { unit: 'messages/s', size: 1 },
	deliveriesPerSecond: { unit: 'deliveries/s', size: 1 },
	p50Ms: { unit: 'ms', size: 1 },
	p99Ms: { unit: 'ms', size: 1 },
	loopDelayP99Ms: { unit: 'ms', size: 1 },
	rssBytesPerConnection: { unit: 'KiB/connection', size: 1_024 },
	untilEqualMs: { unit: 'ms', size: 1 },
	readyMs: { unit: 'ms', size: 1 }
} as const;

export type FigureName = keyof typeof FIGURES;

/** The figures of one subject in one round. */
export type Figures = Partial<Record<FigureName, number>>;

/** Three digits, or whole numbers where there are more. */
export function formatNumber(value: number): string {
	if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
	return value.toLocaleString('en-GB', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
}
