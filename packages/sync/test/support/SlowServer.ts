import type { Reply, RequestData, RequestName, RequestPayload } from '@digda/protocol';
import { FakeServer } from './FakeServer.ts';

/** A request without a reply. */
interface Waiting {
	/** Prepares the reply from the current log. */
	read: () => void;
	/** Sends the reply, and prepares it if that was not done before. */
	answer: () => void;
}

/** A server that sends each reply and delivers each entry only when the test asks for it. */
export class SlowServer extends FakeServer {
	/** The requests of the current connection, in order. */
	waiting: Waiting[] = [];
	isConnected = false;
	/** The last entry that was delivered on the current connection, or stored before it. */
	delivered = 0;

	constructor() {
		super();
		this.socket.request = (name, payload) => this.#wait(name, payload);
	}

	override connect(): void {
		this.isConnected = true;
		this.delivered = this.log.length;
		super.connect();
	}

	override disconnect(): void {
		this.isConnected = false;
		this.waiting = [];
		super.disconnect();
	}

	/**
	 * Delivers the next entries.
	 * @param isRead reads the entries from the disk, where deleted messages have no content
	 */
	deliver(count: number, isRead: boolean): void {
		const after = this.delivered;
		this.delivered = Math.min(after + count, this.log.length);
		const entries = isRead ? this.room.read(after, this.delivered) : this.log.slice(after, this.delivered);
		if (this.isConnected && entries.length > 0) this.tell('entry:new', { room: 'lobby', entries });
	}

	/** Delivers the last entries again. */
	deliverAgain(count: number): void {
		this.delivered = Math.max(0, this.delivered - count);
		this.deliver(count, true);
	}

	/** Skips the next entries, as if they were lost. */
	loseEntries(count: number): void {
		this.delivered = Math.min(this.delivered + count, this.log.length);
	}

	/** Sends the head after its entries. */
	tellDelivered(): void {
		if (this.isConnected) this.tellHead(this.room.headAt(this.delivered));
	}

	/** Sends all replies, and delivers all entries. */
	catchUp(): void {
		for (const { answer } of this.waiting) answer();
		this.deliver(this.log.length, true);
		this.tellDelivered();
	}

	#wait<Name extends RequestName>(name: Name, payload: RequestPayload<Name>): Promise<Reply<RequestData<Name>>> {
		this.asked.push({ name, payload });
		const { promise, resolve } = Promise.withResolvers<Reply<RequestData<Name>>>();
		let reply: Reply<RequestData<Name>> | undefined;
		const read = () => (reply ??= structuredClone(this.answer(name, payload)));
		const waiting: Waiting = {
			read,
			answer: () => {
				this.waiting = this.waiting.filter((each) => each !== waiting);
				resolve(read());
			}
		};
		this.waiting.push(waiting);
		return promise;
	}
}
