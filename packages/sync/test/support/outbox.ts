import type { RejectionCode, Reply, RequestPayload, StoredEntry } from '@digda/protocol';
import { LineLost, Outbox, type OutboxStorage } from '../../src/index.ts';
import type { Ask } from '../../src/requests.ts';
import { VirtualTime } from './VirtualTime.ts';

/** What becomes of one request: it is answered, or it is lost on the way there or the answer on the way back. */
export type Fate = 'answered' | 'lost' | 'answer lost' | RejectionCode;

/** A log that keeps the server's promises, on a line that keeps none. */
export class FakeLog {
	readonly stored: { room: string; id: string; text: string }[] = [];
	readonly fates: Fate[] = [];
	/** How many requests each room has in flight, and the most it ever had. */
	inFlight = 0;
	mostInFlight = 0;
	/** How many requests there were. */
	sends = 0;
	/** While it is set, answers wait for it. */
	hold: Promise<unknown> | undefined;

	readonly ask: Ask = async (_name, payload) => {
		// The outbox sends messages and nothing else.
		const message = payload as RequestPayload<'message:send'>;
		this.mostInFlight = Math.max(this.mostInFlight, (this.inFlight += 1));
		this.sends += 1;
		await this.hold;
		await new Promise((resolve) => setImmediate(resolve));
		this.inFlight -= 1;
		return this.#answer(message);
	};

	#answer({ room, id, text }: RequestPayload<'message:send'>): Reply<StoredEntry> {
		const fate = this.fates.shift() ?? 'answered';
		if (fate === 'lost') throw new LineLost();
		if (fate !== 'answered' && fate !== 'answer lost') {
			return { ok: false, error: { code: fate, message: fate } };
		}
		let index = this.stored.findIndex((message) => message.id === id);
		if (index < 0) index = this.stored.push({ room, id, text }) - 1;
		if (fate === 'answer lost') throw new LineLost();
		return { ok: true, data: { room, id, seq: index + 1, sentAt: 0 } };
	}

	get texts(): string[] {
		return this.stored.map(({ text }) => text);
	}
}

/** An outbox over a log, a storage and a clock that outlive it. */
export function createOutbox(
	log: FakeLog,
	storage?: OutboxStorage,
	{ time = new VirtualTime(), userId = 'me', reached = () => Infinity } = {}
) {
	const line = { isReady: true };
	const outbox = new Outbox({
		...{ storage, ask: log.ask, schedule: time.schedule, random: () => 0.5, now: () => time.now },
		...{ exclusive: (_name: string, run: () => Promise<void>) => run() },
		...{ canSend: () => line.isReady, userId: () => userId, reached }
	});
	return { outbox, time, line };
}
