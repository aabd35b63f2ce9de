import { readItem, writeItem } from '#lib/local-storage.ts';
import { applyLook, LOOK_KEYS } from './look.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export const DENSITIES = ['cosy', 'compact'] as const;

type Theme = (typeof THEMES)[number];
type Density = (typeof DENSITIES)[number];

function readOneOf<Value extends string>(values: readonly [Value, ...Value[]], key: string): Value {
	const stored = readItem(key);
	return values.find((value) => value === stored) ?? values[0];
}

/** The look of the page in this browser. */
class Appearance {
	#theme = $state(readOneOf(THEMES, LOOK_KEYS.theme));
	#density = $state(readOneOf(DENSITIES, LOOK_KEYS.density));

	get theme(): Theme {
		return this.#theme;
	}

	set theme(theme: Theme) {
		this.#theme = theme;
		writeItem(LOOK_KEYS.theme, theme === 'system' ? undefined : theme);
		this.apply();
	}

	get density(): Density {
		return this.#density;
	}

	set density(density: Density) {
		this.#density = density;
		writeItem(LOOK_KEYS.density, density === 'cosy' ? undefined : density);
		this.apply();
	}

	/** Applies the choices, and gives the colour of the ground to the browser's own controls. */
	apply(): void {
		const { documentElement, head } = document;
		applyLook();
		const ground = getComputedStyle(documentElement).backgroundColor;
		for (const meta of head.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
			if (this.#theme !== 'system') meta.content = ground;
		}
	}
}

export const appearance = new Appearance();
