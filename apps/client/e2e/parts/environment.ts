/** Replaces SvelteKit's `$app/env`. */
export const browser = true;
