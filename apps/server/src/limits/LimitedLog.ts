import type { Rate } from '@digda/protocol';
import type { Logger } from '../log.ts';
import { TokenBuckets } from './TokenBuckets.ts';

/** A report of what was left out comes this long after the first line that was. */
const REPORT_MS = 1_000;

type LineLevel = 'info' | 'warn' | 'error';

/** What logs errors: a logger, or a limited one. */
export interface ErrorLog {
	error: (fields: object, message: string) => void;
}

export interface LineLimits {
	/** What the lines are about, in the plural: "messages". */
	subject: string;
	/** How many lines one address may cause. */
	perAddress: Rate;
	/** How many lines all addresses may cause together. */
	total: Rate;
}

/**
 * Logs lines of one kind, which clients can cause at will, at a bounded rate. A line says how many were left out. No address
 * can use up the share of all, so that an attack leaves the lines of others in the log.
 */
export class LimitedLog {
	readonly #log: Logger;
	readonly #subject: string;
	readonly #perAddress: TokenBuckets;
	readonly #total: TokenBuckets;
	readonly #onLeftOut: () => void;
	/** Of the last line that was left out. */
	#level: LineLevel = 'info';
	#leftOut = 0;
	#report: NodeJS.Timeout | undefined;

	/** @param onLeftOut is called for each line that is left out */
	constructor(log: Logger, { subject, perAddress, total }: LineLimits, onLeftOut: () => void) {
		this.#log = log;
		this.#subject = subject;
		this.#perAddress = new TokenBuckets(perAddress);
		this.#total = new TokenBuckets(total);
		this.#onLeftOut = onLeftOut;
	}

	/** Takes the share of a line. @returns whether it may be logged; a line that may not is counted */
	admits(level: LineLevel, address: string): boolean {
		if (!this.#log.isLevelEnabled(level)) return false;
		if (this.#perAddress.wait(address) === 0 && this.#total.tryTake('')) {
			this.#perAddress.take(address);
			return true;
		}
		this.#level = level;
		this.#leftOut += 1;
		this.#onLeftOut();
		this.#report ??= setTimeout(() => this.report(), REPORT_MS).unref();
		return false;
	}

	info(fields: object, message: string, address = ''): void {
		if (this.admits('info', address)) this.#log.info(fields, message);
	}

	warn(fields: object, message: string, address = ''): void {
		if (this.admits('warn', address)) this.#log.warn(fields, message);
	}

	error(fields: object, message: string, address = ''): void {
		if (this.admits('error', address)) this.#log.error(fields, message);
	}

	/** Logs how many lines were left out since the last report, if any were. */
	report(): void {
		clearTimeout(this.#report);
		this.#report = undefined;
		const leftOut = this.#leftOut;
		this.#leftOut = 0;
		if (leftOut > 0)
			this.#log[this.#level]({ leftOut }, `${leftOut.toLocaleString('en')} more ${this.#subject} were not logged`);
	}
}
