import { readItem, writeItem } from '#lib/local-storage.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export const DENSITIES = ['cosy', 'compact'] as const;

type Theme = (typeof THEMES)[number];
type Density = (typeof DENSITIES)[number];

const THEME_KEY = 'digda:theme';
const DENSITY_KEY = 'digda:density';

function readOneOf<Value extends string>(values: readonly [Value, ...Value[]], key: string): Value {
	const stored = readItem(key);
	return values.find((value) => value === stored) ?? values[0];
}

/** The look of the page in this browser. The stylesheet reads it from the root element. */
class Appearance {
	#theme = $state(readOneOf(THEMES, THEME_KEY));
	#density = $state(readOneOf(DENSITIES, DENSITY_KEY));

	get theme(): Theme {
		return this.#theme;
	}

	set theme(theme: Theme) {
		this.#theme = theme;
		writeItem(THEME_KEY, theme === 'system' ? undefined : theme);
		this.apply();
	}

	get density(): Density {
		return this.#density;
	}

	set density(density: Density) {
		this.#density = density;
		writeItem(DENSITY_KEY, density === 'cosy' ? undefined : density);
		this.apply();
	}

	/** Writes the choices to the root element, and the colour of the ground to the browser's own controls. */
	apply(): void {
		const { documentElement, head } = document;
		documentElement.dataset['theme'] = this.#theme;
		documentElement.dataset['density'] = this.#density;
		const ground = getComputedStyle(documentElement).backgroundColor;
		for (const meta of head.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
			if (this.#theme !== 'system') meta.content = ground;
		}
	}
}

export const appearance = new Appearance();
