import { echoAnswer, type EchoClientToServer, type EchoServerToClient } from '@digda/protocol';
import { PATIENT, type SocketWrapper, type SocketWrapperOptions } from '#lib/socket';

/** A page that stays open for days forgets its oldest entries. */
const MAX_ENTRIES = 300;

/** How often a question leaves at most, when the line breaks each time before the answer. */
const MAX_ATTEMPTS = 3;

let nextKey = 0;

/** What the reader said. */
export class Question {
	readonly key = nextKey++;
	readonly text: string;
	/** Waiting: it leaves with the next connection. Unanswered: it was sent several times and given up. */
	state = $state<'waiting' | 'sent' | 'answered' | 'unanswered'>('waiting');
	attempts = 0;
	sentAtMs = 0;

	constructor(text: string) {
		this.text = text;
	}
}

/** What the server said. */
export class Answer {
	readonly key = nextKey++;
	readonly text: string;
	/** Undefined when nobody asked for it. */
	readonly roundTripMs: number | undefined;

	constructor(text: string, question: Question | undefined) {
		this.text = text;
		this.roundTripMs = question && performance.now() - question.sentAtMs;
	}
}

export type Entry = Question | Answer;

/**
 * A conversation with the echo. What is said without a connection waits and leaves in order on the next
 * one. The echo knows no ids, so what was sent and not answered when the line broke is asked again: the
 * page shows one answer for each question.
 */
export class EchoConversation {
	#entries = $state.raw<readonly Entry[]>([]);
	#waiting: Question[] = [];
	#sent: Question[] = [];
	readonly #socket: SocketWrapper<EchoServerToClient, EchoClientToServer>;

	constructor(socket: SocketWrapper<EchoServerToClient, EchoClientToServer>) {
		this.#socket = socket;
	}

	/** Everything that was said, the oldest first. */
	get entries(): readonly Entry[] {
		return this.#entries;
	}

	/** Whether something waits for a connection; it is in memory alone and would not survive a reload. */
	get hasWaiting(): boolean {
		return this.#waiting.length > 0;
	}

	/**
	 * Connects to a server and listens to it, until the function that it returns is called.
	 * @throws {TypeError} when the URL is not that of a server
	 */
	open(url: string, options: SocketWrapperOptions = PATIENT): () => void {
		const ends = [
			this.#socket.on('eventFromServer', (text) => this.#receive(text)),
			this.#socket.on('connect', () => this.#flush()),
			this.#socket.on('disconnect', () => this.#takeBack())
		];
		this.#socket.connect(url, options);
		return () => {
			this.#socket.disconnect();
			ends.forEach((end) => end());
		};
	}

	/** Says a text, now or as soon as there is a connection. */
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

	/** The line broke: what was not answered waits again, before what came later. */
	#takeBack(): void {
		const again: Question[] = [];
		for (const question of this.#sent.splice(0)) {
			const isWorthIt = question.attempts < MAX_ATTEMPTS;
			question.state = isWorthIt ? 'waiting' : 'unanswered';
			if (isWorthIt) again.push(question);
		}
		this.#waiting.unshift(...again);
	}

	#append(entry: Entry): void {
		let excess = this.#entries.length + 1 - MAX_ENTRIES;
		// What still waits or is on its way is never forgotten.
		const kept = this.#entries.filter((each) => isPending(each) || excess-- <= 0);
		this.#entries = [...kept, entry];
	}
}

function isPending(entry: Entry): boolean {
	return entry instanceof Question && (entry.state === 'waiting' || entry.state === 'sent');
}
