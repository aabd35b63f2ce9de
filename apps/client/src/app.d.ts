import type { Jump } from '#lib/room/Jumps.svelte.ts';

declare global {
	namespace App {
		interface PageState {
			/** The message to which a link leads. */
			jump?: Jump;
		}
	}
}

export {};
