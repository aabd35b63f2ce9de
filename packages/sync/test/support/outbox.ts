import type { RejectionCode, Reply, RequestPayload, StoredEntry } from '@digda/protocol';
import { ConnectionLost, Outbox, type OutboxEntry, type OutboxStorage } from '../../src/index.ts';
import { RoomSender } from '../../src/RoomSender.ts';
import type { Ask } from '../../src/requests.ts';
import { VirtualTime } from './VirtualTime.ts';

/** The outcome of a request: a reply, a lost request or a lost reply. */
export type Fate = 'answered' | 'lost' | 'answer lost' | RejectionCode;

/** A log that keeps the server's promises, on an unreliable connection. */
export class FakeLog {
	readonly stored: { room: string; id: string; text: string }[] = [];
	readonly fates: Fate[] = [];
	/** The current and the maximum number of requests in flight, by room. */
	inFlight = 0;
	mostInFlight = 0;
	/** The number of requests. */
	sends = 0;
	/** While it is set, replies wait for this promise. */
	hold: Promise<unknown> | undefined;

	readonly ask: Ask = async (_name, payload) => {
		// These outboxes contain only messages.
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
		if (fate === 'lost') throw new ConnectionLost();
		if (fate !== 'answered' && fate !== 'answer lost') {
			return { ok: false, error: { code: fate, message: fate } };
		}
		let index = this.stored.findIndex((message) => message.id === id);
		if (index < 0) index = this.stored.push({ room, id, text }) - 1;
		if (fate === 'answer lost') throw new ConnectionLost();
		return { ok: true, data: { room, id, seq: index + 1, sentAt: 0 } };
	}

	get texts(): string[] {
		return this.stored.map(({ text }) => text);
	}
}

/** Creates an outbox and a sender of the lobby, on a log, a storage and a clock that survive them. */
export function createOutbox(
	log: FakeLog,
	storage?: OutboxStorage,
	{ time = new VirtualTime(), userId = 'me', reached = () => Infinity } = {}
) {
	const line = { isReady: true };
	const outbox = new Outbox({ storage, now: () => time.now, userId: () => userId });
	const settle = () => {
		outbox.settle([], ({ seq }: OutboxEntry) => seq !== undefined && seq <= reached());
	};
	const sender = new RoomSender({
		...{ outbox, ask: log.ask, schedule: time.schedule, random: () => 0.5, userId: () => userId },
		...{ room: () => 'lobby', exclusive: (_name: string, run: () => Promise<void>) => run() },
		...{ canSend: () => line.isReady, onStored: settle }
	});
	outbox.changes.on(() => sender.flush());
	return {
		...{ outbox, sender, time, line, settle },
		say: async (text: string) => await outbox.add('lobby', { kind: 'message', text }),
		/** Reads the storage and sends, as after each connection. */
		refresh: async () => {
			await outbox.load();
			sender.flush();
		}
	};
}

/** Adds the texts of messages to entries of an outbox. */
export function withTexts(entries: readonly OutboxEntry[]) {
	return entries.map((entry) => ({ ...entry, text: entry.content.kind === 'message' ? entry.content.text : '' }));
}
