import type { RejectionCode } from '@digda/protocol';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { LossReason } from './LogOutput.ts';
import { CONSUMERS, type ConsumerName } from './rules/consumers/index.ts';
import type { Appended, Space, Store } from './store/store.ts';

/** What is counted at the moment of a scrape. */
export interface Present {
	/** Open connections by transport. */
	connections: Record<'websocket' | 'polling', number>;
	/** People with an open connection. */
	sessions: number;
	/** Rooms with somebody in them. */
	rooms: number;
}

/** Why a connection was cut: what it did too often, or how slowly it reads. */
export type CutReason = 'offences' | 'flood' | 'slow_reader';

/** Why something was not stored: the share of somebody is used up, or the disk is nearly full. */
export type StorageRejection = 'person' | 'address' | 'site' | 'room' | 'disk';

/** Why a line is missing in the log: lines of its kind came too fast, or its output failed or was slow. */
export type DropReason = 'rate' | LossReason;

/** Figures for whoever runs the server, in the form of Prometheus; https://prometheus.io/docs/practices/naming/ */
export class Metrics {
	readonly registry = new Registry();
	readonly #sends = this.#counter('sends_total', 'Messages that are on disk, by whether they were new', 'result');
	readonly #deliveries = this.#counter('deliveries_total', 'Messages emitted to members');
	readonly #rejections = this.#counter('rejections_total', 'Requests and handshakes rejected, by code', 'code');
	readonly #cuts = this.#counter('connections_cut_total', 'Connections that the server ended, by reason', 'reason');
	readonly #storageRejections = this.#counter(
		'storage_rejections_total',
		'What was not stored, by whose share was used up, or the disk',
		'reason'
	);
	readonly #emptied = this.#counter('messages_emptied_total', 'Messages that retention has emptied');
	readonly #droppedLines = this.#counter('log_lines_dropped_total', 'Lines missing in the log, by reason', 'reason');
	readonly #failures = this.#counter('failures_total', 'Errors that nobody expected, each held where it happened');
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

	/** Counts at each scrape what is there. */
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
			['sessions', 'People with an open connection'],
			['rooms', 'Rooms with somebody in them']
		] as const) {
			const gauge: Gauge = new Gauge({
				name: `digda_${what}`,
				help,
				registers,
				collect: () => gauge.set(count()[what])
			});
		}
	}

	/** Tells at each scrape how much the database takes, as it was last measured; what is unknown is left out. */
	watchSpace(measured: () => Space | undefined): void {
		for (const [name, help, find] of [
			['store_bytes', 'What the database takes on its disk', (space?: Space) => space?.usedBytes],
			['disk_free_bytes', 'What is left on the disk of the database', (space?: Space) => space?.freeBytes]
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

	/** Tells at each scrape what the log holds, and how far its consumers are behind. */
	watchLog({ countEntries, behind }: Pick<Store, 'countEntries' | 'behind'>): void {
		const registers = [this.registry];
		const entries: Gauge = new Gauge({
			...{ name: 'digda_entries', help: 'Entries in the log, by kind', labelNames: ['kind'], registers },
			// Without an answer of the store the figures of before stay.
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

	/** A batch was stored: what became of its messages, and how long it took. */
	committed(places: readonly Appended[], ms: number): void {
		if (places.length > 0) this.#batchSize.observe(places.length);
		this.#commitSeconds.observe(ms / 1_000);
		const accepted = places.filter(({ ok }) => ok);
		const stored = accepted.filter((place) => place.ok && place.isNew).length;
		const duplicates = accepted.length - stored;
		if (stored > 0) this.#sends.inc({ result: 'stored' }, stored);
		if (duplicates > 0) this.#sends.inc({ result: 'duplicate' }, duplicates);
	}

	/** Messages went out to so many members each. */
	delivered(messages: number, members: number): void {
		this.#deliveries.inc(messages * members);
	}

	rejected(code: RejectionCode): void {
		this.#rejections.inc({ code });
	}

	storageRejected(reason: StorageRejection): void {
		this.#storageRejections.inc({ reason });
	}

	/** Messages have lost their texts because they are old. */
	emptied(messages: number): void {
		this.#emptied.inc(messages);
	}

	cut(reason: CutReason): void {
		this.#cuts.inc({ reason });
	}

	droppedLogLines(reason: DropReason, lines: number): void {
		this.#droppedLines.inc({ reason }, lines);
	}

	/** An error that nobody expected has ended a request or a connection. */
	failed(): void {
		this.#failures.inc();
	}

	#counter(name: string, help: string, ...labelNames: string[]): Counter {
		return new Counter({ name: `digda_${name}`, help, labelNames, registers: [this.registry] });
	}
}
