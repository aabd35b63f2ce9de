import { readItem } from '#lib/local-storage.ts';

/** The keys of the chosen theme and density. The stylesheet reads the choices from the root element. */
export const LOOK_KEYS = { theme: 'digda:theme', density: 'digda:density' };

/** Applies the look that the reader has chosen in this browser. */
export function applyLook(): void {
	for (const [name, key] of Object.entries(LOOK_KEYS)) {
		document.documentElement.dataset[name] = readItem(key) ?? '';
	}
}
