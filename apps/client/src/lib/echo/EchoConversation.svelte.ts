import { echoAnswer, type EchoClientToServer, type EchoServerToClient } from '@digda/protocol';
import { PATIENT, type SocketWrapper, type SocketWrapperOptions } from '#lib/socket';

/** The maximum number of entries in memory; the oldest ones are removed. */
const MAX_ENTRIES = 300;

/** A question is sent at most this many times when each connection ends before the answer. */
const MAX_ATTEMPTS = 3;

let nextKey = 0;

/** A text that the user sends. */
export class Question {
	readonly key = nextKey++;
	readonly text: string;
	/** A `waiting` question is sent on the next connection. An `unanswered` one was sent `MAX_ATTEMPTS` times. */
	state = $state<'waiting' | 'sent' | 'answered' | 'unanswered'>('waiting');
	attempts = 0;
	sentAtMs = 0;

	constructor(text: string) {
		this.text = text;
	}
}

/** A text that the server sent. */
export class Answer {
	readonly key = nextKey++;
	readonly text: string;
	/** The round trip in milliseconds; undefined without a question. */
	readonly roundTripMs: number | undefined;

	constructor(text: string, question: Question | undefined) {
		this.text = text;
		this.roundTripMs = question && performance.now() - question.sentAtMs;
	}
}

export type Entry = Question | Answer;

/**
 * A conversation with the echo. Questions without a connection wait, and are sent in order on the next one. The echo has
 * no ids, so unanswered questions are sent again on a new connection. The page shows one answer for each question.
 */
export class EchoConversation {
	#entries = $state.raw<readonly Entry[]>([]);
	#waiting: Question[] = [];
	#sent: Question[] = [];
	readonly #socket: SocketWrapper<EchoServerToClient, EchoClientToServer>;

	constructor(socket: SocketWrapper<EchoServerToClient, EchoClientToServer>) {
		this.#socket = socket;
	}

	/** The questions and answers, the oldest first. */
	get entries(): readonly Entry[] {
		return this.#entries;
	}

	/** Tells whether questions wait for a connection. They are only in memory and do not survive a reload. */
	get hasWaiting(): boolean {
		return this.#waiting.length > 0;
	}

	/**
	 * Connects to a server.
	 * @returns the function that disconnects
	 * @throws {TypeError} when the URL is not the URL of a server
	 */
	open(url: string, options: SocketWrapperOptions = PATIENT): () => void {
		const subscriptions = [
			this.#socket.on('eventFromServer', (text) => this.#receive(text)),
			this.#socket.on('connect', () => this.#flush()),
			this.#socket.on('disconnect', () => this.#requeueUnanswered())
		];
		this.#socket.connect(url, options);
		return () => {
			this.#socket.disconnect();
			for (const unsubscribe of subscriptions) unsubscribe();
		};
	}

	/** Sends a text now, or as soon as there is a connection. */
	say(text: string): void {
		const question = new Question(text);
		this.#append(question);
		this.#waiting.push(question);
		this.#flush();
	}

	#flush(): void {
		for (const question of this.#waiting.splice(0)) {
			if (this.#socket.emit('eventFromClient', question.text)) {
				question.state = 'sent';
				question.attempts += 1;
				question.sentAtMs = performance.now();
				this.#sent.push(question);
			} else {
				this.#waiting.push(question);
			}
		}
	}

	#receive(text: string): void {
		const index = this.#sent.findIndex((question) => echoAnswer(question.text) === text);
		const [question] = index < 0 ? [] : this.#sent.splice(index, 1);
		if (question) question.state = 'answered';
		this.#append(new Answer(text, question));
	}

	/** Queues the unanswered questions of an ended connection again, before later ones. */
	#requeueUnanswered(): void {
		const again: Question[] = [];
		for (const question of this.#sent.splice(0)) {
			const canRetry = question.attempts < MAX_ATTEMPTS;
			question.state = canRetry ? 'waiting' : 'unanswered';
			if (canRetry) again.push(question);
		}
		this.#waiting.unshift(...again);
	}

	#append(entry: Entry): void {
		const excess = Math.max(this.#entries.length + 1 - MAX_ENTRIES, 0);
		// Pending questions are never removed.
		const removed = this.#entries.filter((each) => !isPending(each)).slice(0, excess);
		this.#entries = [...this.#entries.filter((each) => !removed.includes(each)), entry];
	}
}

function isPending(entry: Entry): boolean {
	return entry instanceof Question && (entry.state === 'waiting' || entry.state === 'sent');
}
