import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { echoAnswer } from '@digda/protocol';
import type { SocketWrapper } from '#lib/socket';

/** Something that was said, in the order of the page. */
export type Entry = { id: number } & (
	| { from: 'me'; text: string; state: 'waiting' | 'sent' | 'answered' }
	/** `roundTripMs` is missing when nobody asked for this answer. */
	| { from: 'server'; text: string; roundTripMs?: number }
);

/** A page that stays open for days forgets its oldest entries. */
const MAX_ENTRIES = 1_000;

interface Question {
	entryId: number;
	answer: string;
	sentAtMs: number;
}

/**
 * A conversation with the echo. What is said without a connection waits and leaves in order on the next
 * one. The echo knows no ids, so what was sent and not answered when the line broke is asked again: the
 * page shows one answer for each message.
 */
export class EchoConversation {
	#entries = $state<Entry[]>([]);
	#nextId = 0;
	#questions: Question[] = [];
	readonly #socket: SocketWrapper<EchoServerToClient, EchoClientToServer>;

	constructor(socket: SocketWrapper<EchoServerToClient, EchoClientToServer>) {
		this.#socket = socket;
	}

	get entries(): readonly Entry[] {
		return this.#entries;
	}

	/**
	 * Listens to the server.
	 * @returns the function that ends it
	 */
	listen(): () => void {
		const ends = [
			this.#socket.on('eventFromServer', (answer) => this.#receive(answer)),
			this.#socket.on('connect', () => this.#flush()),
			this.#socket.on('disconnect', () => this.#forgetQuestions())
		];
		return () => ends.forEach((end) => end());
	}

	/** Says a text, now or as soon as there is a connection. */
	say(text: string): void {
		this.#append({ id: this.#nextId++, from: 'me', text, state: 'waiting' });
		this.#flush();
	}

	#flush(): void {
		for (const entry of this.#entries) {
			if (entry.from !== 'me' || entry.state !== 'waiting') continue;
			if (!this.#socket.emit('eventFromClient', entry.text)) return;
			entry.state = 'sent';
			this.#questions.push({
				entryId: entry.id,
				answer: echoAnswer(entry.text),
				sentAtMs: performance.now()
			});
		}
	}

	#receive(answer: string): void {
		const index = this.#questions.findIndex((question) => question.answer === answer);
		const [question] = index < 0 ? [] : this.#questions.splice(index, 1);
		const id = this.#nextId++;
		if (question === undefined) {
			this.#append({ id, from: 'server', text: answer });
			return;
		}
		const mine = this.#entries.find((entry) => entry.id === question.entryId);
		if (mine?.from === 'me') mine.state = 'answered';
		const roundTripMs = performance.now() - question.sentAtMs;
		this.#append({ id, from: 'server', text: answer, roundTripMs });
	}

	#forgetQuestions(): void {
		this.#questions = [];
		for (const entry of this.#entries) {
			if (entry.from === 'me' && entry.state === 'sent') entry.state = 'waiting';
		}
	}

	#append(entry: Entry): void {
		this.#entries.push(entry);
		if (this.#entries.length <= MAX_ENTRIES) return;
		// What still waits is never forgotten.
		const oldest = this.#entries.findIndex(
			(each) => each.from === 'server' || each.state === 'answered'
		);
		if (oldest >= 0) this.#entries.splice(oldest, 1);
	}
}
