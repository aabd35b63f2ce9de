import type { Reply, RequestData, RequestName, RequestPayload } from '@digda/protocol';
import { FakeServer } from './FakeServer.ts';

/** A request that the server has not answered. */
interface Waiting {
	/** Makes the answer, as the log is at that moment. */
	read: () => void;
	/** Sends the answer, and makes it before where nobody has. */
	answer: () => void;
}

/** A server that answers a request and delivers an entry when it is told to, each at its own moment. */
export class SlowServer extends FakeServer {
	/** Requests on the present connection, in order. */
	waiting: Waiting[] = [];
	isConnected = false;
	/** The last entry that was delivered on the present connection, or that came before it. */
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
	 * @param isRead they are read from the disk, where nothing is left of the content of a deleted message
	 */
	deliver(count: number, isRead: boolean): void {
		const after = this.delivered;
		this.delivered = Math.min(after + count, this.log.length);
		const entries = isRead ? this.room.read(after, this.delivered) : this.log.slice(after, this.delivered);
		if (this.isConnected && entries.length > 0) this.tell('entry:new', { room: 'lobby', entries });
	}

	/** Delivers the last entries once more. */
	deliverAgain(count: number): void {
		this.delivered = Math.max(0, this.delivered - count);
		this.deliver(count, true);
	}

	/** Loses the next entries on the way. */
	loseEntries(count: number): void {
		this.delivered = Math.min(this.delivered + count, this.log.length);
	}

	/** Tells the head after its entries. */
	tellDelivered(): void {
		if (this.isConnected) this.tellHead(this.room.headAt(this.delivered));
	}

	/** Answers whatever waits, and delivers every entry. */
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
