import { browser } from '$app/env';
import { readItem, writeItem } from '#lib/local-storage.ts';
import { getLocale, isLocale, overwriteGetLocale, type Locale } from '#lib/paraglide/runtime.js';

const STORAGE_KEY = 'digda:locale';

/** Reads the language that the reader chose on an earlier visit. */
function readChoice(): Locale | undefined {
	const choice = readItem(STORAGE_KEY);
	return isLocale(choice) ? choice : undefined;
}

/**
 * The language of the page. Messages read it through Paraglide's `getLocale`, so all texts change at once, without a reload that
 * would lose the conversation.
 */
class PageLocale {
	#current = $state<Locale>((browser ? readChoice() : undefined) ?? getLocale());

	/** The chosen language, else the browser's language, else English. */
	get current(): Locale {
		return this.#current;
	}

	/** Switches the language and remembers it. */
	set(locale: Locale): void {
		this.#current = locale;
		writeItem(STORAGE_KEY, locale);
	}
}

export const locale = new PageLocale();

overwriteGetLocale(() => locale.current);
