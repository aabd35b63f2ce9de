import { locale } from './locale.svelte.ts';

const currentZone = () => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Numbers, times and dates in the language of the page and the reader's time zone. Each is dear to make. */
class Formats {
	/** The reader's time zone. No event tells that it has changed. */
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

	/** Follows the time zone of the system; to be called when the reader comes back to the page. */
	followZone(): void {
		this.#zone = currentZone();
	}

	/** A duration in milliseconds, in words of a fitting size. */
	duration(ms: number): string {
		return ms < 1_000 ? this.milliseconds.format(ms) : this.seconds.format(ms / 1_000);
	}
}

export const formats = new Formats();
