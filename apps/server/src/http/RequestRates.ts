import type { IncomingMessage } from 'node:http';
import type { Rate } from '@digda/protocol';
import { TokenBuckets } from '../limits/TokenBuckets.ts';
import { connectionIdOf } from '../socket/edge.ts';
import { clientAddress } from './client-address.ts';
import { pathOf } from './path-of.ts';

/** The request rates of an address, by purpose. */
const RATES = {
	/** The operator's endpoints. A load balancer that polls several times a second stays below. */
	status: { burst: 50, perSecond: 10 },
	/** Polling connections: 500 of them at two messages a second. */
	polling: { burst: 3_000, perSecond: 1_000 },
	/** The page, new connections and rejected requests. A classroom of 60 that opens the page at once sends 2,700. */
	other: { burst: 3_000, perSecond: 100 }
} satisfies Record<string, Rate>;

type Purpose = keyof typeof RATES;

/** An address with this debt, in milliseconds of its rate, is blocked. */
const BLOCK_MS = 1_000;

/**
 * The debt stays below this, so that the block ends a few seconds after the last request: others may share the address.
 */
const MAX_DEBT_MS = 5_000;

export interface RequestRatesOptions {
	/** False disables the limits. */
	areLimited: boolean;
	/** The number of proxies in front of this server. */
	trustedHops: number;
	/** The paths of the operator's endpoints. */
	statusPaths: readonly string[];
	/** Knows the open connections. */
	sockets: { has: (connectionId: string) => boolean };
}

/** Limits the HTTP requests of each address. */
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

	/** Counts a request. @returns 0, or the milliseconds until the next one may be served: then this one is rejected */
	take(request: IncomingMessage): number {
		const { areLimited, trustedHops } = this.#options;
		if (!areLimited) return 0;
		const address = clientAddress(request, trustedHops);
		const buckets = this.#buckets[this.#purposeOf(request)];
		const waitMs = buckets.wait(address);
		if (waitMs === 0) buckets.take(address);
		return waitMs;
	}

	/** Counts a rejected request: an address that keeps sending goes into debt. */
	rejected(request: IncomingMessage): void {
		const address = clientAddress(request, this.#options.trustedHops);
		if (this.#buckets.other.wait(address) < MAX_DEBT_MS) this.#buckets.other.take(address);
	}

	/** Whether an address is blocked: its connections are not worth reading. */
	isBlocked(address: string): boolean {
		return this.#options.areLimited && this.#buckets.other.wait(address) >= BLOCK_MS;
	}

	#purposeOf(request: IncomingMessage): Purpose {
		const { statusPaths, sockets } = this.#options;
		const connectionId = connectionIdOf(request);
		if (connectionId !== undefined && sockets.has(connectionId)) return 'polling';
		return statusPaths.includes(pathOf(request)) ? 'status' : 'other';
	}
}
