import type { RejectionCode } from '@digda/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LossReason } from './LogOutput.ts';
import { CONSUMERS, type ConsumerName } from './rules/consumers/index.ts';
import type { Appended, Space, Store } from './store/store.ts';

/** Current numbers, counted at each scrape. */
export interface Present {
	/** Open connections by transport. */
	connections: Record<'websocket' | 'polling', number>;
	/** Users with an open connection. */
	sessions: number;
	/** Rooms with a subscribed connection. */
	rooms: number;
}

/** The reason why the server cut a connection. */
export type CutReason = 'offences' | 'flood' | 'slow_reader';

/** The reason why a request was not stored: a quota is used up, or the disk is nearly full. */
export type StorageRejection = 'person' | 'address' | 'site' | 'room' | 'disk';

/** The reason of a missing log line: a rate limit, or a slow or failed output. */
export type DropReason = 'rate' | LossReason;

/** Metrics for the operator in the Prometheus format; https://prometheus.io/docs/practices/naming/ */
export class Metrics {
	readonly registry = new Registry();
	readonly #sends = this.#counter('sends_total', 'Messages that are on disk, by whether they were new', 'result');
	readonly #deliveries = this.#counter('deliveries_total', 'Messages emitted to members');
	readonly #rejections = this.#counter('rejections_total', 'Requests and handshakes rejected, by code', 'code');
	readonly #cuts = this.#counter('connections_cut_total', 'Connections that the server ended, by reason', 'reason');
	readonly #storageRejections = this.#counter(
		'storage_rejections_total',
		'Requests that were not stored, by the quota that was used up, or the disk',
		'reason'
	);
	readonly #emptied = this.#counter('messages_emptied_total', 'Messages that retention has emptied');
	readonly #droppedLines = this.#counter('log_lines_dropped_total', 'Lines missing from the log, by reason', 'reason');
	readonly #failures = this.#counter('failures_total', 'Unexpected errors, each caught where it happened');
	readonly #batchSize = new Histogram({
		name: 'digda_commit_batch_size',
		help: 'Messages in one transaction',
		buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
		registers: [this.registry]
	});
	readonly #commitSeconds = new Histogram({
		name: 'digda_commit_duration_seconds',
		help: 'Time until a batch is on disk',
		buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5],
		registers: [this.registry]
	});

	/** Registers the gauges of current numbers. */
	watch(count: () => Present): void {
		const registers = [this.registry];
		new Gauge({
			name: 'digda_connections',
			help: 'Open connections, by transport',
			labelNames: ['transport'],
			registers,
			collect() {
				for (const [transport, open] of Object.entries(count().connections)) this.set({ transport }, open);
			}
		});
		for (const [what, help] of [
			['sessions', 'Users with an open connection'],
			['rooms', 'Rooms with a subscribed connection']
		] as const) {
			const gauge: Gauge = new Gauge({
				name: `digda_${what}`,
				help,
				registers,
				collect: () => gauge.set(count()[what])
			});
		}
	}

	/** Registers the gauges of the last measured disk space. Unknown values are omitted. */
	watchSpace(measured: () => Space | undefined): void {
		for (const [name, help, find] of [
			['store_bytes', 'Bytes that the database uses on its disk', (space?: Space) => space?.usedBytes],
			['disk_free_bytes', 'Free bytes on the disk of the database', (space?: Space) => space?.freeBytes]
		] as const) {
			const gauge: Gauge = new Gauge({
				...{ name: `digda_${name}`, help, registers: [this.registry] },
				collect() {
					const bytes = find(measured());
					if (bytes === undefined) gauge.remove();
					else gauge.set(bytes);
				}
			});
		}
	}

	/** Registers the gauges of the log's entries and of the lag of its consumers. */
	watchLog({ countEntries, behind }: Pick<Store, 'countEntries' | 'behind'>): void {
		const registers = [this.registry];
		const entries: Gauge = new Gauge({
			...{ name: 'digda_entries', help: 'Entries in the log, by kind', labelNames: ['kind'], registers },
			// While the store fails, the previous values stay.
			collect: async () => {
				for (const { kind, count } of await countEntries().catch(() => [])) entries.set({ kind }, count);
			}
		});
		const lag: Gauge = new Gauge({
			...{ name: 'digda_consumer_lag_entries', help: 'Entries that a consumer has not read', registers },
			labelNames: ['consumer'],
			collect: async () => {
				for (const consumer of Object.keys(CONSUMERS) as ConsumerName[]) {
					const rooms = await behind(consumer).catch(() => undefined);
					if (rooms)
						lag.set(
							{ consumer },
							rooms.reduce((sum, room) => sum + room.lag, 0)
						);
				}
			}
		});
	}

	/** Counts a stored batch: the results of its messages, and the duration of its commit. */
	committed(results: readonly Appended[], ms: number): void {
		if (results.length > 0) this.#batchSize.observe(results.length);
		this.#commitSeconds.observe(ms / 1_000);
		const accepted = results.filter(({ ok }) => ok);
		const stored = accepted.filter((result) => result.ok && result.isNew).length;
		const duplicates = accepted.length - stored;
		if (stored > 0) this.#sends.inc({ result: 'stored' }, stored);
		if (duplicates > 0) this.#sends.inc({ result: 'duplicate' }, duplicates);
	}

	/** Counts messages that were delivered to a number of members. */
	delivered(messages: number, members: number): void {
		this.#deliveries.inc(messages * members);
	}

	rejected(code: RejectionCode): void {
		this.#rejections.inc({ code });
	}

	storageRejected(reason: StorageRejection): void {
		this.#storageRejections.inc({ reason });
	}

	/** Counts messages that retention has emptied. */
	emptied(messages: number): void {
		this.#emptied.inc(messages);
	}

	cut(reason: CutReason): void {
		this.#cuts.inc({ reason });
	}

	droppedLogLines(reason: DropReason, lines: number): void {
		this.#droppedLines.inc({ reason }, lines);
	}

	/** Counts an unexpected error that ended a request or a connection. */
	failed(): void {
		this.#failures.inc();
	}

	#counter(name: string, help: string, ...labelNames: string[]): Counter {
		return new Counter({ name: `digda_${name}`, help, labelNames, registers: [this.registry] });
	}
}
