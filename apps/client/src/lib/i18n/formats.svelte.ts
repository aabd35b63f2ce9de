import { locale } from './locale.svelte.ts';

/** Numbers, times and dates in the language of the page and the reader's time zone. Each is dear to make. */
class Formats {
	readonly number = $derived(new Intl.NumberFormat(locale.current));
	readonly time = $derived(new Intl.DateTimeFormat(locale.current, { timeStyle: 'short' }));
	readonly dateTime = $derived(new Intl.DateTimeFormat(locale.current, { dateStyle: 'medium', timeStyle: 'medium' }));
	readonly day = $derived(new Intl.DateTimeFormat(locale.current, { dateStyle: 'full' }));
	readonly milliseconds = $derived(
		new Intl.NumberFormat(locale.current, { style: 'unit', unit: 'millisecond', maximumSignificantDigits: 3 })
	);
	readonly seconds = $derived(
		new Intl.NumberFormat(locale.current, { style: 'unit', unit: 'second', maximumSignificantDigits: 3 })
	);

	/** A duration in milliseconds, in words of a fitting size. */
	duration(ms: number): string {
		return ms < 1_000 ? this.milliseconds.format(ms) : this.seconds.format(ms / 1_000);
	}
}

export const formats = new Formats();
