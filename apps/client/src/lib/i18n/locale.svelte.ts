import { browser } from '$app/env';
import { getLocale, isLocale, overwriteGetLocale, type Locale } from '#lib/paraglide/runtime.js';

const STORAGE_KEY = 'digda:locale';

/** What was chosen earlier. A browser that blocks site data throws at every touch of its storage. */
function readChoice(): Locale | undefined {
	try {
		const choice = localStorage.getItem(STORAGE_KEY);
		return isLocale(choice) ? choice : undefined;
	} catch {
		return undefined;
	}
}

function rememberChoice(locale: Locale): void {
	try {
		localStorage.setItem(STORAGE_KEY, locale);
	} catch {
		// The choice holds until the page is closed.
	}
}

/**
 * The language of the page. Messages read it through Paraglide's `getLocale`, so whatever shows one follows a
 * switch at once, without a reload that would lose the conversation.
 */
class PageLocale {
	#current = $state<Locale>((browser ? readChoice() : undefined) ?? getLocale());

	/** What was chosen, else the browser's language, else English. */
	get current(): Locale {
		return this.#current;
	}

	/** Switches the language and remembers it. */
	set(locale: Locale): void {
		this.#current = locale;
		rememberChoice(locale);
	}
}

export const locale = new PageLocale();

overwriteGetLocale(() => locale.current);
