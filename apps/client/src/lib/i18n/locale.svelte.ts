import { getLocale, overwriteGetLocale, setLocale, type Locale } from '#lib/paraglide/runtime.js';

/**
 * The language of the page. Messages read it through Paraglide's `getLocale`, so whatever shows one follows a
 * switch at once, without a reload that would lose the conversation.
 */
class PageLocale {
	/** At first what was chosen earlier, else the browser's. */
	#current = $state<Locale>(getLocale());

	get current(): Locale {
		return this.#current;
	}

	/** Switches the language and remembers it. */
	set(locale: Locale): void {
		void setLocale(locale, { reload: false });
		this.#current = locale;
	}
}

export const locale = new PageLocale();

overwriteGetLocale(() => locale.current);
