import type { Rate } from '@digda/protocol';
import type { Logger } from '../log.ts';
import { TokenBuckets } from './TokenBuckets.ts';

/** The delay of the report after the first omitted line. */
const REPORT_MS = 1_000;

type LineLevel = 'info' | 'warn' | 'error';

/** Logs errors: a logger or a `LimitedLog`. */
export interface ErrorLog {
	error: (fields: object, message: string) => void;
}

export interface LineLimits {
	/** The subject of the lines in the plural, such as "messages". */
	subject: string;
	/** The rate of the lines that one address may cause. */
	perAddress: Rate;
	/** The rate of the lines that all addresses together may cause. */
	total: Rate;
}

/**
 * Logs one kind of lines at a bounded rate, because clients can cause them at will. A report counts the omitted lines.
 * The rate per address keeps an attacker from using up the total rate, so that the log still shows the lines of others.
 */
export class LimitedLog {
	readonly #log: Logger;
	readonly #subject: string;
	readonly #perAddress: TokenBuckets;
	readonly #total: TokenBuckets;
	readonly #onOmitted: () => void;
	/** The level of the last omitted line. */
	#level: LineLevel = 'info';
	#omitted = 0;
	#report: NodeJS.Timeout | undefined;

	/** @param onOmitted is called for each omitted line */
	constructor(log: Logger, { subject, perAddress, total }: LineLimits, onOmitted: () => void) {
		this.#log = log;
		this.#subject = subject;
		this.#perAddress = new TokenBuckets(perAddress);
		this.#total = new TokenBuckets(total);
		this.#onOmitted = onOmitted;
	}

	/** Counts a line. @returns whether it may be logged; otherwise it counts as omitted */
	admits(level: LineLevel, address: string): boolean {
		if (!this.#log.isLevelEnabled(level)) return false;
		if (this.#perAddress.wait(address) === 0 && this.#total.tryTake('')) {
			this.#perAddress.take(address);
			return true;
		}
		this.#level = level;
		this.#omitted += 1;
		this.#onOmitted();
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

	/** Logs the number of lines omitted since the last report, if any. */
	report(): void {
		clearTimeout(this.#report);
		this.#report = undefined;
		const omitted = this.#omitted;
		this.#omitted = 0;
		if (omitted > 0)
			this.#log[this.#level](
				{ leftOut: omitted },
				`${omitted.toLocaleString('en')} more ${this.#subject} were not logged`
			);
	}
}
