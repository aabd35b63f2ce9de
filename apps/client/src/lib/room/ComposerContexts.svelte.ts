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

	write(room: string, context: ComposerContext): void {
		this.#contexts = { ...this.#contexts, [room]: context };
		writeItem(PREFIX + room, JSON.stringify(context), 'sessionStorage');
	}

	/** Ends the context of a room. A reload restores it until `settle` is called. */
	end(room: string): void {
		this.#contexts = { ...this.#contexts, [room]: undefined };
	}

	/** Removes an ended context from the storage, when its text is in the outbox or in the draft. */
	settle(room: string): void {
		if (this.of(room) === undefined) writeItem(PREFIX + room, undefined, 'sessionStorage');
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
