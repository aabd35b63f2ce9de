import type { Target } from '@digda/protocol';
import { itemsWith, writeItem } from '#lib/local-storage.ts';

/** What the composer of a room does besides writing a message. */
export type ComposerContext =
	| { kind: 'reply'; target: Target }
	/** The text is the changed one, as far as it is typed. */
	| { kind: 'edit'; target: Target; text: string };

const PREFIX = 'digda:context:';

/** The replies and edits that were begun in each room. A tab keeps its own over a reload. */
export class ComposerContexts {
	#contexts: Readonly<Record<string, ComposerContext | undefined>> = $state.raw(
		Object.fromEntries(itemsWith(PREFIX, 'sessionStorage').map(([room, json]) => [room, parse(json)]))
	);

	of(room: string): ComposerContext | undefined {
		return this.#contexts[room];
	}

	write(room: string, context: ComposerContext | undefined): void {
		this.#contexts = { ...this.#contexts, [room]: context };
		writeItem(PREFIX + room, context && JSON.stringify(context), 'sessionStorage');
	}
}

/** Reads a stored context; undefined if it is damaged. */
function parse(json: string): ComposerContext | undefined {
	try {
		return JSON.parse(json) as ComposerContext;
	} catch {
		return undefined;
	}
}
