import { constants, fstatSync, openSync, write, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TickWriter, type Buffered } from './TickWriter.ts';

/** The most memory for lines that wait for the output, in bytes of UTF-8. */
const MAX_WAITING_BYTES = 1024 * 1024;

/**
 * After an overflow, lines are accepted again below this size. Without the gap, a slow reader would cause a loss report
 * per line.
 */
const RESUME_BYTES = MAX_WAITING_BYTES / 2;

/**
 * The pause before the first retry when the output accepts nothing. Each further pause is twice as long, up to the last
 * one.
 */
const [FIRST_PAUSE_MS, LAST_PAUSE_MS] = [10, 1_000];

/** The time that the end of the process waits for the reader of the log, once in `flush` and once at the exit. */
const FLUSH_MS = 500;

const LINE_FEED = 0x0a;

/** The reason of a lost line: the output is slower than the log, or a write failed (`ENOSPC`, `EPIPE`, `EIO` …). */
export type LossReason = 'slow' | 'failed';

/**
 * Writes the lines of an event-loop tick in one write at its end, and never blocks on the output. Unwritten lines wait
 * in a bounded buffer. Lines beyond it are lost and counted. `sonic-boom`, pino's own destination, does not count lost
 * lines, and its `flushSync` never returns on a full disk.
 */
export class LogOutput implements Buffered {
	readonly #open: () => number;
	readonly #tick = new TickWriter();
	/** -1 before the first line. */
	#descriptor = -1;
	#isFile = false;
	/** Lines that no write includes yet. */
	#lines = '';
	/** The rest of the bytes of the current write. */
	#bytes: Buffer = Buffer.alloc(0);
	/** The size of `#lines` and `#bytes` together. */
	#waitingBytes = 0;
	/** Whether a write, a retry or the end of the tick is pending. */
	#isBusy = false;
	/** Whether a write runs in a libuv thread. */
	#isInThread = false;
	/** Whether the written bytes end within a line. */
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

	/** Registers the listener for lost lines. It is called at once for earlier losses. */
	onLoss(count: (reason: LossReason, lines: number) => void): void {
		for (const reason of ['slow', 'failed'] as const) if (this.#lost[reason] > 0) count(reason, this.#lost[reason]);
		this.#onLoss = count;
	}

	/**
	 * Registers the listener that is called when the output accepts bytes after a loss. It gets the number of lines
	 * lost since its last call.
	 */
	onRoom(report: (lines: number) => void): void {
		this.#report = report;
	}

	/** Adds a line that ends with its line feed. */
	write(line: string): void {
		const bytes = Buffer.byteLength(line);
		const isTooMuch = this.#waitingBytes + bytes > MAX_WAITING_BYTES;
		// A busy output drains eventually.
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

	/** Resolves when everything is written, or after a time-out. */
	async flush(): Promise<void> {
		const until = performance.now() + FLUSH_MS;
		while (this.#isBusy && performance.now() < until) await sleep(FIRST_PAUSE_MS);
	}

	writeBuffered(): void {
		this.#fillBytes();
		if (this.#bytes.length === 0) {
			this.#isBusy = false;
			this.#isFull = false;
		} else if (this.#isFile) {
			// A disk may be slow, and regular files have no non-blocking writes.
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

	#fillBytes(): void {
		if (this.#bytes.length > 0) return;
		this.#bytes = Buffer.from(this.#lines);
		this.#lines = '';
	}

	readonly #written = (error: NodeJS.ErrnoException | null, count: number): void => {
		this.#isInThread = false;
		if (error) {
			if (error.code !== 'EAGAIN') this.#loseBytes(error.code);
			setTimeout(() => this.writeBuffered(), this.#pauseMs).unref();
			this.#pauseMs = Math.min(2 * this.#pauseMs, LAST_PAUSE_MS);
			return;
		}
		this.#advance(count);
		this.#pauseMs = FIRST_PAUSE_MS;
		if (this.#waitingBytes <= RESUME_BYTES) {
			this.#isFull = false;
			const lost = this.#lost.slow + this.#lost.failed - this.#reported;
			this.#reported += lost;
			// The report adds a line.
			if (lost > 0) this.#report(lost);
		}
		this.writeBuffered();
	};

	#advance(count: number): void {
		if (count > 0) this.#isTorn = this.#bytes[count - 1] !== LINE_FEED;
		this.#bytes = this.#bytes.subarray(count);
		this.#waitingBytes -= count;
	}

	/**
	 * Drops the lines of a failed write, but keeps the rest of a line that was begun. After `EPIPE` there is no reader
	 * to need it.
	 */
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

	/** Writes the rest at the exit of the process, where only a blocking wait is possible. */
	#writeLast(): void {
		if (this.#isInThread) {
			// The thread most likely needs less time, and writes its bytes in any case.
			blockThread(FIRST_PAUSE_MS);
			this.#bytes = Buffer.alloc(0);
		}
		for (const until = performance.now() + FLUSH_MS; ;) {
			this.#fillBytes();
			if (this.#bytes.length === 0) return;
			try {
				this.#advance(writeSync(this.#descriptor, this.#bytes));
			} catch (error) {
				// Node.js throws nothing else here.
				if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > until) return;
				blockThread(FIRST_PAUSE_MS);
			}
		}
	}
}

function countLines(bytes: Buffer): number {
	let lines = 0;
	for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) lines += 1;
	return lines;
}

function blockThread(ms: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * Opens standard output in non-blocking mode: a write to a slow pipe or terminal then returns `EAGAIN` instead of
 * waiting. The mode belongs to the open file description, which other processes share. The server therefore opens its
 * own if possible.
 */
function openStandardOutput(): number {
	const stats = fstatSync(1);
	// A second description of a regular file would have its own position.
	if (stats.isFile()) return 1;
	const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
	try {
		return openSync('/proc/self/fd/1', O_WRONLY | O_NONBLOCK | O_NOCTTY);
	} catch {
		// A socket (systemd), another user's pipe, another system: Node.js makes it non-blocking with the stream.
		return process.stdout.fd;
	}
}
