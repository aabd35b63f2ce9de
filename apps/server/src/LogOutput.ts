import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TurnWriter, type Gathering } from './TurnWriter.ts';

/** Lines that wait for the output take at most this much memory, in bytes of UTF-8. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** After that, lines are accepted again below this; otherwise a slow reader would get a report of loss after each line. */
const RESUME_BYTES = MAX_WAITING_BYTES / 2;

/** An output that takes nothing is tried again after the first pause; each further pause is twice as long. */
const [FIRST_PAUSE_MS, LAST_PAUSE_MS] = [10, 1_000];

/** The end of the process waits for the reader of the log this long, once in `flush` and once at the exit. */
const FLUSH_MS = 500;

const LINE_FEED = 0x0a;

/** Why a line was lost: the output is slower than the log, or a write failed (`ENOSPC`, `EPIPE`, `EIO` …). */
export type LossReason = 'slow' | 'failed';

/**
 * Writes the lines of a tick of the event loop at its end, in one write, and never waits for the output. What it cannot
 * write waits in a bounded buffer; further lines are lost, and counted. `sonic-boom`, the destination of pino, counts no
 * lines, and its `flushSync` never returns on a full disk.
 */
export class LogOutput implements Gathering {
	readonly #open: () => number;
	readonly #tick = new TurnWriter();
	/** -1 before the first line. */
	#descriptor = -1;
	#isFile = false;
	/** Lines that no write has taken yet. */
	#lines = '';
	/** What is left of the bytes of the present write. */
	#bytes: Buffer = Buffer.alloc(0);
	/** Of both. */
	#waitingBytes = 0;
	/** Whether a write, its next attempt or the end of the tick is ahead. */
	#isBusy = false;
	/** Whether a thread writes now. */
	#isInThread = false;
	/** Whether what was written so far ends within a line. */
	#isTorn = false;
	#isFull = false;
	#pauseMs = FIRST_PAUSE_MS;
	readonly #lost: Record<LossReason, number> = { slow: 0, failed: 0 };
	#reported = 0;
	#onLoss: (reason: LossReason, lines: number) => void = () => undefined;
	#report: (lines: number) => void = () => undefined;

	/** @param open opens the output before the first line; by default standard output */
	constructor(open = openStandardOutput) {
		this.#open = open;
	}

	/** Calls back with what was lost already, and whenever lines are lost. */
	onLoss(count: (reason: LossReason, lines: number) => void): void {
		for (const reason of ['slow', 'failed'] as const) if (this.#lost[reason] > 0) count(reason, this.#lost[reason]);
		this.#onLoss = count;
	}

	/** Calls back when the output has taken bytes again after lines were lost, with how many were lost since the last time. */
	onRoom(report: (lines: number) => void): void {
		this.#report = report;
	}

	/** Adds a line, with its line feed. */
	write(line: string): void {
		const bytes = Buffer.byteLength(line);
		const isTooMuch = this.#waitingBytes + bytes > MAX_WAITING_BYTES;
		// What is busy makes room at some time.
		this.#isFull ||= isTooMuch && this.#isBusy;
		if (isTooMuch || this.#isFull) {
			this.#lose('slow', 1);
			return;
		}
		if (this.#descriptor < 0) this.#begin();
		this.#lines += line;
		this.#waitingBytes += bytes;
		if (this.#isBusy) return;
		this.#isBusy = true;
		this.#tick.add(this);
	}

	/** Resolves when everything is written, or the output has taken too long. */
	async flush(): Promise<void> {
		const until = performance.now() + FLUSH_MS;
		while (this.#isBusy && performance.now() < until) await sleep(FIRST_PAUSE_MS);
	}

	writeGathered(): void {
		this.#takeLines();
		if (this.#bytes.length === 0) {
			this.#isBusy = false;
			this.#isFull = false;
		} else if (this.#isFile) {
			// A disk may be slow, and a file knows no write that does not wait.
			this.#isInThread = true;
			write(this.#descriptor, this.#bytes, this.#written);
		} else {
			try {
				this.#written(null, writeSync(this.#descriptor, this.#bytes));
			} catch (error) {
				// Node.js throws nothing else here.
				this.#written(error as NodeJS.ErrnoException, 0);
			}
		}
	}

	#begin(): void {
		this.#descriptor = this.#open();
		this.#isFile = fstatSync(this.#descriptor).isFile();
		process.once('exit', () => this.#writeLast());
	}

	#takeLines(): void {
		if (this.#bytes.length > 0) return;
		this.#bytes = Buffer.from(this.#lines);
		this.#lines = '';
	}

	readonly #written = (error: NodeJS.ErrnoException | null, count: number): void => {
		this.#isInThread = false;
		if (error) {
			if (error.code !== 'EAGAIN') this.#loseBytes(error.code);
			setTimeout(() => this.writeGathered(), this.#pauseMs).unref();
			this.#pauseMs = Math.min(2 * this.#pauseMs, LAST_PAUSE_MS);
			return;
		}
		this.#advance(count);
		this.#pauseMs = FIRST_PAUSE_MS;
		if (this.#waitingBytes <= RESUME_BYTES) {
			this.#isFull = false;
			const lost = this.#lost.slow + this.#lost.failed - this.#reported;
			this.#reported += lost;
			// The report is a line, too.
			if (lost > 0) this.#report(lost);
		}
		this.writeGathered();
	};

	#advance(count: number): void {
		if (count > 0) this.#isTorn = this.#bytes[count - 1] !== LINE_FEED;
		this.#bytes = this.#bytes.subarray(count);
		this.#waitingBytes -= count;
	}

	/** A write failed: its lines are lost, except the end of one that was begun. A reader that is gone needs no such end. */
	#loseBytes(code: string | undefined): void {
		if (code === 'EPIPE') this.#isTorn = false;
		const kept = this.#isTorn ? this.#bytes.indexOf(LINE_FEED) + 1 : 0;
		const lost = this.#bytes.subarray(kept);
		this.#bytes = Buffer.from(this.#bytes.subarray(0, kept));
		this.#waitingBytes -= lost.length;
		const lines = countLines(lost);
		if (lines > 0) this.#lose('failed', lines);
	}

	#lose(reason: LossReason, lines: number): void {
		this.#lost[reason] += lines;
		this.#onLoss(reason, lines);
	}

	/** At the exit of the process nothing can be waited for but by standing still. */
	#writeLast(): void {
		if (this.#isInThread) {
			// The thread most likely needs less than this, and writes its bytes in any case.
			standStill(FIRST_PAUSE_MS);
			this.#bytes = Buffer.alloc(0);
		}
		for (const until = performance.now() + FLUSH_MS; ;) {
			this.#takeLines();
			if (this.#bytes.length === 0) return;
			try {
				this.#advance(writeSync(this.#descriptor, this.#bytes));
			} catch (error) {
				// Node.js throws nothing else here.
				if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > until) return;
				standStill(FIRST_PAUSE_MS);
			}
		}
	}
}

function countLines(bytes: Buffer): number {
	let lines = 0;
	for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
	return lines;
}

function standStill(ms: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * Opens standard output so that a write to a pipe or a terminal returns `EAGAIN` where it would wait for the reader. Whether
 * it does is kept with an open file, which other processes share, so the server opens one of its own where it can.
 */
function openStandardOutput(): number {
	const stats = fstatSync(1);
	// Another open file of a regular file would have a position of its own.
	if (stats.isFile()) return 1;
	const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
	try {
		return openSync('/proc/self/fd/1', O_WRONLY | O_NONBLOCK | O_NOCTTY);
	} catch {
		// A socket (as of systemd), another user's pipe, another system: Node.js makes it non-blocking with the stream.
		return process.stdout.fd;
	}
}
