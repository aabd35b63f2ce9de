import { locale } from './locale.svelte.ts';

const currentZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Formats of numbers, times and dates in the page's language and the reader's time zone. Their construction is expensive. */
class Formats {
	/** The reader's time zone. The browser has no event for its changes. */
	#zone = $state(currentZone());

	readonly number = $derived(new Intl.NumberFormat(locale.current));
	readonly time = $derived(new Intl.DateTimeFormat(locale.current, { timeStyle: 'short', timeZone: this.#zone }));
	readonly dateTime = $derived(
		new Intl.DateTimeFormat(locale.current, { dateStyle: 'medium', timeStyle: 'medium', timeZone: this.#zone })
	);
	readonly day = $derived(new Intl.DateTimeFormat(locale.current, { dateStyle: 'full', timeZone: this.#zone }));
	readonly milliseconds = $derived(
		new Intl.NumberFormat(locale.current, { style: 'unit', unit: 'millisecond', maximumSignificantDigits: 3 })
	);
	readonly seconds = $derived(
		new Intl.NumberFormat(locale.current, { style: 'unit', unit: 'second', maximumSignificantDigits: 3 })
	);

	/** Updates the time zone. The page calls it when it gets the focus. */
	followZone(): void {
		this.#zone = currentZone();
	}

	/** Formats a time without its day period, for narrow columns. */
	clock(ms: number): string {
		const parts = this.time.formatToParts(ms).filter(({ type }) => type !== 'dayPeriod');
		return parts
			.map(({ value }) => value)
			.join('')
			.trim();
	}

	/** Formats a duration in milliseconds, as milliseconds or seconds. */
	duration(ms: number): string {
		return ms < 1_000 ? this.milliseconds.format(ms) : this.seconds.format(ms / 1_000);
	}
}

export const formats = new Formats();
