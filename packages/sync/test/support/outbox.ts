import type { RejectionCode, Reply, RequestPayload, StoredEntry } from '@digda/protocol';
import { ConnectionLost, Outbox, type OutboxEntry, type OutboxStorage } from '../../src/index.ts';
import { RoomSender } from '../../src/RoomSender.ts';
import type { Ask } from '../../src/requests.ts';
import { VirtualTime } from './VirtualTime.ts';

/** The fate of one request: it is answered, or it is lost on its way, or its reply is. */
export type Fate = 'answered' | 'lost' | 'answer lost' | RejectionCode;

/** A log that keeps the server's promises, on a connection that keeps none. */
export class FakeLog {
	readonly stored: { room: string; id: string; text: string }[] = [];
	readonly fates: Fate[] = [];
	/** How many requests each room has in flight, and the most it ever had. */
	inFlight = 0;
	mostInFlight = 0;
	/** How many requests there were. */
	sends = 0;
	/** While it is set, replies wait for it. */
	hold: Promise<unknown> | undefined;

	readonly ask: Ask = async (_name, payload) => {
		// These outboxes hold messages and nothing else.
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

/** An outbox and the sender of the lobby, over a log, a storage and a clock that outlive them. */
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
		/** Reads the storage and sends, as with each connection. */
		refresh: async () => {
			await outbox.load();
			sender.flush();
		}
	};
}

/** The texts of messages of an outbox, with all else that is known of them. */
export function withTexts(entries: readonly OutboxEntry[]) {
	return entries.map((entry) => ({ ...entry, text: entry.content.kind === 'message' ? entry.content.text : '' }));
}
