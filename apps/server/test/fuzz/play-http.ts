import { inspect } from 'node:util';
import { PROBE_ARGUMENTS, ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { temporaryPage } from '@digda/testkit/server/temporary-page.ts';
import type { Conversation } from './generators/conversations.ts';
import { conversationsOf, converse, cutConversations } from './HttpPlayer.ts';
import { mustBeWell, type FuzzOptions } from './play.ts';
import { untilReaderIsOpen, usageOf, type Usage } from './Usage.ts';
import { HonestClient, type Latencies } from './HonestClient.ts';

/** The number of concurrent connections. */
const LANES = 12;

/** The number of conversations from one seed. */
const BATCH = 40;

/** The most growth of the server's memory: caches, but nothing for each request. */
const MAX_GROWTH_BYTES = 8 * 1024 * 1024;

/** Short times for idle connections, and for incomplete requests. */
const TIMINGS = { keepAliveTimeoutMs: 1_000, headersTimeoutMs: 3_000, requestCheckIntervalMs: 500 };

/** Longer than these times, also on a busy machine. */
const SETTLE_MS = 10_000;

export interface HttpFuzzReport {
	requests: number;
	/** The number of answers that clients have waited for. */
	answers: number;
	connections: number;
	before: Usage;
	after: Usage;
	/** The latencies of an honest client meanwhile. */
	latencies: Latencies;
}

/**
 * Plays HTTP against a server with a page, while an honest client chats on it. At the end the server must hold no more than
 * before. @throws when anything goes wrong, with the conversation
 */
export async function fuzzHttp({ cases, seed, onProgress }: FuzzOptions): Promise<HttpFuzzReport> {
	const page = temporaryPage();
	const variables = {
		RATE_LIMITS: 'off',
		LOG_LEVEL: 'info'
	};
	const server = await ServerProcess.start(variables, {
		nodeArguments: PROBE_ARGUMENTS,
		run: { page: page.directory, timings: TIMINGS }
	});
	const honest = await HonestClient.begin(server.url);
	let [requests, answers, connections, nextSeed] = [0, 0, 0, seed];

	async function play(conversation: Conversation, origin: string): Promise<void> {
		try {
			const heard = await converse(server.port, conversation);
			answers += heard;
			requests += conversation.requests;
			connections += 1;
			mustBeWell(server, honest);
		} catch (error) {
			throw explain(error, conversation, origin);
		}
	}

	async function playBatches(): Promise<void> {
		while (requests < cases) {
			const own = nextSeed;
			nextSeed += 1;
			for (const conversation of conversationsOf(own, BATCH)) {
				await play(conversation, `pnpm test:fuzz --http 1 --cases 1 --seed ${own}`);
			}
			onProgress?.(requests);
		}
	}

	try {
		// The first conversations fill caches, which are no leak.
		for (const conversation of conversationsOf(seed - 1, BATCH)) await play(conversation, 'the first conversations');
		await untilReaderIsOpen(server);
		const before = await usageOf(server);
		for (const conversation of cutConversations()) await play(conversation, 'a request that is cut off');
		const lanes = Array.from({ length: LANES }, playBatches);
		// All lanes end before a failure is thrown.
		await Promise.allSettled(lanes);
		await Promise.all(lanes);
		const after = await settled(server, before);
		mustBeWell(server, honest);
		return { requests, answers, connections, before, after, latencies: honest.latencies };
	} finally {
		await honest.end();
		await server.stop('SIGKILL');
		page.remove();
	}
}

/** Waits until a server holds no more than before. @throws after `SETTLE_MS` */
async function settled(server: ServerProcess, before: Usage): Promise<Usage> {
	for (const end = performance.now() + SETTLE_MS; ; await new Promise((resolve) => setTimeout(resolve, 200))) {
		const after = await usageOf(server);
		const isMore =
			after.descriptors > before.descriptors ||
			after.bytes > before.bytes + MAX_GROWTH_BYTES ||
			Object.entries(after.resources).some(([kind, count]) => count > (before.resources[kind] ?? 0));
		if (!isMore) return after;
		if (performance.now() > end) throw new Error(`the server holds more: ${inspect({ before, after }, { depth: 3 })}`);
	}
}

function explain(error: unknown, { bytes, leaves }: Conversation, origin: string): Error {
	const message = error instanceof Error ? error.message : String(error);
	const shown = inspect(bytes.toString('latin1'), { maxStringLength: 2_000 });
	return new Error([message, `repeat it with: ${origin}`, `a client left ${leaves} after:`, shown].join('\n'), {
		cause: error
	});
}
