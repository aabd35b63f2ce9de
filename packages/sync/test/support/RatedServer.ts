import {
	kindOf,
	MAX_REQUESTS_IN_FLIGHT,
	SESSION_RATES,
	type Rate,
	type Reply,
	type RequestData,
	type RequestKind,
	type RequestName,
	type RequestPayload
} from '@digda/protocol';
import type { ChatSocket } from '../../src/index.ts';
import { FakeServer } from './FakeServer.ts';
import { RoomLog } from './RoomLog.ts';
import type { VirtualTime } from './VirtualTime.ts';

/** The timeout of a request. */
const REPLY_TIMEOUT_MS = 10_000;

const ME = { id: 'me', name: 'Me' };

/** A server of many rooms that enforces the rates of a session. Each of its lines is a tab of that session. */
export class RatedServer {
	readonly time: VirtualTime;
	readonly rates: Record<RequestKind, Rate>;
	readonly logs = new Map<string, RoomLog>();
	readonly lines: RatedLine[] = [];
	readonly #buckets: Record<RequestKind, Bucket>;

	constructor(time: VirtualTime, rates: Partial<Record<RequestKind, Rate>> = {}) {
		this.time = time;
		this.rates = { ...SESSION_RATES, ...rates };
		const { send, react, ask } = this.rates;
		this.#buckets = { send: new Bucket(send), react: new Bucket(react), ask: new Bucket(ask) };
	}

	/** Creates another tab, which `connect` connects. */
	createLine(roundTripMs = 20): RatedLine {
		const line = new RatedLine(this, roundTripMs);
		this.lines.push(line);
		return line;
	}

	/** Counts a request. @returns the time to wait in milliseconds, or 0 */
	take(name: RequestName): number {
		return this.#buckets[kindOf(name)].take(this.time.now);
	}

	join(payload: RequestPayload<'room:join'>): Reply<RequestData<'room:join'>> {
		const { room } = payload;
		const log = this.logOf(room);
		const kind = { room, title: room, topic: '', isPrivate: false, isOwner: false };
		const page = { ...log.join(payload, 'first'), ...log.cursorAt(0) };
		return { ok: true, data: { ...kind, ...page, members: [], memberCount: 1 } };
	}

	store({ room, id, text }: RequestPayload<'message:send'>): Reply<RequestData<'message:send'>> {
		const log = this.logOf(room);
		const entry = log.entries.find((each) => each.id === id) ?? log.add(ME, { kind: 'message', text }, id);
		return { ok: true, data: { room, id, seq: entry?.seq ?? 0, sentAt: 0 } };
	}

	/** Returns the texts of each room. */
	get texts(): string[][] {
		return Array.from(this.logs.values(), textsOf);
	}

	/** Returns the log of a room, and creates it on the first call. */
	logOf(room: string): RoomLog {
		const log = this.logs.get(room) ?? new RoomLog(ME);
		this.logs.set(room, log);
		return log;
	}
}

/** The successive connections of a tab. */
export class RatedLine extends FakeServer {
	/** The time until which the server asked the current connection to wait. */
	readonly #told = { send: 0, react: 0, ask: 0 };
	/** The number of requests before that time, on all connections. */
	readonly early = { send: 0, react: 0, ask: 0 };
	/** The number of rejected requests. */
	rejected = 0;
	inFlight = { send: 0, react: 0, ask: 0 };
	mostInFlight = 0;
	/** The number of future requests that get no reply. */
	unanswered = 0;
	readonly #pending = new Set<(error: Error) => void>();

	constructor(server: RatedServer, roundTripMs: number) {
		super();
		this.instead['room:join'] = (payload) => server.join(payload);
		this.instead['message:send'] = (payload) => server.store(payload);
		const { time } = server;
		const answer: ChatSocket['request'] = this.socket.request.bind(this.socket);
		const pass = (ms: number) => new Promise<void>((resolve) => time.schedule(ms, resolve));

		const arrive: ChatSocket['request'] = async (name, payload) => {
			await pass(roundTripMs / 2);
			const kind = kindOf(name);
			if (time.now < this.#told[kind]) this.early[kind] += 1;
			const retryAfterMs = Math.ceil(server.take(name));
			if (retryAfterMs === 0) {
				const reply = await answer(name, payload);
				await pass(roundTripMs / 2);
				return reply;
			}
			this.rejected += 1;
			this.#told[kind] = Math.max(this.#told[kind], time.now + retryAfterMs);
			await pass(roundTripMs / 2);
			return { ok: false, error: { code: 'rate_limited', message: '', retryAfterMs } };
		};

		this.socket.request = async (name, payload) => {
			const kind = kindOf(name);
			this.inFlight[kind] += 1;
			this.mostInFlight = Math.max(this.mostInFlight, this.inFlight[kind]);
			const lost = Promise.withResolvers<never>();
			this.#pending.add(lost.reject);
			const isSilent = this.unanswered > 0;
			if (isSilent) this.unanswered -= 1;
			const cancel = time.schedule(REPLY_TIMEOUT_MS, () => lost.reject(new Error('timeout')));
			try {
				return await Promise.race([lost.promise, isSilent ? lost.promise : arrive(name, payload)]);
			} finally {
				cancel();
				this.#pending.delete(lost.reject);
				this.inFlight[kind] -= 1;
			}
		};
	}

	override disconnect(): void {
		for (const reject of this.#pending) reject(new Error('disconnected'));
		Object.assign(this.#told, { send: 0, react: 0, ask: 0 });
		super.disconnect();
	}
}

/** Returns the texts of the messages of a log. */
export function textsOf(log: RoomLog): string[] {
	return log.messages().map(({ text }) => text);
}

/** A token bucket. */
class Bucket {
	readonly #rate: Rate;
	#tokens: number;
	#at = 0;

	constructor(rate: Rate) {
		this.#rate = rate;
		this.#tokens = rate.burst;
	}

	/** Takes a token. @returns 0, or the time until the next token in milliseconds */
	take(now: number): number {
		const { burst, perSecond } = this.#rate;
		this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1_000) * perSecond);
		this.#at = now;
		if (this.#tokens < 1) return ((1 - this.#tokens) / perSecond) * 1_000;
		this.#tokens -= 1;
		return 0;
	}
}

/** The maximum number of early requests after a rejection: the other requests that were in flight. */
export const MAX_EARLY = MAX_REQUESTS_IN_FLIGHT - 1;
