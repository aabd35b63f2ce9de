import type { IncomingMessage } from 'node:http';
import type { Rate } from '@digda/protocol';
import { TokenBuckets } from '../limits/TokenBuckets.ts';
import { connectionIdOf } from '../socket/edge.ts';
import { clientAddress } from './client-address.ts';
import { pathOf } from './path-of.ts';

/** By what a request is for, how many an address may make. */
const RATES = {
	/** The operator's endpoints: a load balancer that asks several times a second stays below. */
	status: { burst: 50, perSecond: 10 },
	/** Open connections over polling: 500 of them take two messages a second. */
	polling: { burst: 3_000, perSecond: 1_000 },
	/** The page, new connections, and all that is rejected: a classroom of 60 that opens the page at once makes 2,700. */
	other: { burst: 3_000, perSecond: 100 }
} satisfies Record<string, Rate>;

type Purpose = keyof typeof RATES;

/** An address that has been rejected so much, in milliseconds of its rate, is out … */
const OUT_MS = 1_000;

/** … and stays so for a few seconds at most, as soon as it stops: others may share it. */
const MAX_DEBT_MS = 5_000;

export interface RequestRatesOptions {
	/** Otherwise requests may come at any rate. */
	areLimited: boolean;
	/** How many proxies stand before this server. */
	trustedHops: number;
	/** Of the operator's endpoints. */
	statusPaths: readonly string[];
	/** Knows the connections that are open. */
	sockets: { has: (connectionId: string) => boolean };
}

/** How many HTTP requests an address may make. */
export class RequestRates {
	readonly #options: RequestRatesOptions;
	readonly #buckets: Record<Purpose, TokenBuckets> = {
		status: new TokenBuckets(RATES.status),
		polling: new TokenBuckets(RATES.polling),
		other: new TokenBuckets(RATES.other)
	};

	constructor(options: RequestRatesOptions) {
		this.#options = options;
	}

	/** Takes one request's share. @returns 0, or the milliseconds after which there is one: then it is rejected */
	take(request: IncomingMessage): number {
		const { areLimited, trustedHops } = this.#options;
		if (!areLimited) return 0;
		const address = clientAddress(request, trustedHops);
		const buckets = this.#buckets[this.#purposeOf(request)];
		const waitMs = buckets.wait(address);
		if (waitMs === 0) buckets.take(address);
		return waitMs;
	}

	/** Counts a request that was rejected: an address that asks on all the same goes into debt. */
	rejected(request: IncomingMessage): void {
		const address = clientAddress(request, this.#options.trustedHops);
		if (this.#buckets.other.wait(address) < MAX_DEBT_MS) this.#buckets.other.take(address);
	}

	/** Whether an address has been rejected so much that its connections are not worth reading. */
	isOut(address: string): boolean {
		return this.#options.areLimited && this.#buckets.other.wait(address) >= OUT_MS;
	}

	#purposeOf(request: IncomingMessage): Purpose {
		const { statusPaths, sockets } = this.#options;
		const connectionId = connectionIdOf(request);
		if (connectionId !== undefined && sockets.has(connectionId)) return 'polling';
		return statusPaths.includes(pathOf(request)) ? 'status' : 'other';
	}
}
