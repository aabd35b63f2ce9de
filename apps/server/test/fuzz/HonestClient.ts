import { Worker } from 'node:worker_threads';
import type { HonestNews } from './honest.ts';

/** The times of acknowledgements, in milliseconds. */
export interface Latencies {
	count: number;
	p50: number;
	p99: number;
	max: number;
}

/** An honest client that chats and records its latencies and its first failure. */
export class HonestClient {
	readonly #worker: Worker;
	readonly #latenciesMs: number[] = [];
	/** The first failure. */
	failure: string | undefined;

	private constructor(worker: Worker) {
		this.#worker = worker;
	}

	/** @throws when the chat does not begin */
	static async begin(url: string): Promise<HonestClient> {
		const worker = new Worker(new URL('./honest.ts', import.meta.url), { workerData: { url } });
		const honest = new HonestClient(worker);
		await new Promise<void>((resolve, reject) => {
			worker.once('error', reject);
			worker.on('message', (news: HonestNews) => {
				if ('latencyMs' in news) honest.#latenciesMs.push(news.latencyMs);
				else if ('failure' in news) reject(new Error((honest.failure ??= news.failure)));
				else resolve();
			});
		});
		return honest;
	}

	get latencies(): Latencies {
		const sorted = this.#latenciesMs.toSorted((one, other) => one - other);
		const at = (share: number) => Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 10) / 10;
		return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
	}

	async end(): Promise<void> {
		await this.#worker.terminate();
	}
}
