import { isBlank, type Mention, type Message, type RoomText } from '@digda/protocol';
import { isMessage, isSameTarget, targetOf, type Outbox, type OutboxEntry, type Room } from '@digda/sync';
import { untrack } from 'svelte';
import { ComposerContexts, type ComposerContext } from './ComposerContexts.svelte.ts';
import type { Drafts } from './Drafts.svelte.ts';

/** A message of the log, or one that waits in the outbox. */
export type AnyMessage = Message | OutboxEntry;

interface Options {
	/** The identifier of the room in the address, under which its draft is kept. */
	name: string;
	room: () => Room;
	outbox: Outbox;
	drafts: Drafts;
	userId: () => string | undefined;
	/** Called before a message of the reader is shown. */
	onsay: () => void;
	/** Moves the focus to the field, which may be a new element. */
	focus: () => void;
}

/** What the reader writes in a room: a message, an answer, or the new text of an old message. */
export class Composition {
	readonly #options: Options;
	readonly #contexts = new ComposerContexts();
	/** The ids of the edits whose text is in the draft, until the outbox has removed them. */
	readonly #kept: string[] = [];
	/** Changes when the field must take its text from `text` again. */
	fieldKey = $state(0);
	readonly #all = $derived.by((): readonly AnyMessage[] => {
		const { messages, entries } = this.#options.room();
		return [...messages, ...entries.filter(isMessage)];
	});
	/** The message that is answered or edited; undefined if the page does not have it. */
	readonly source = $derived.by(() => {
		const { context } = this;
		return context && this.#all.find((message) => isSameTarget(targetOf(message), context.target));
	});

	/** Must be created during the initialization of a component. */
	constructor(options: Options) {
		this.#options = options;
		// The text of an edit outlives its message.
		$effect(() => {
			const { context, source } = this;
			if (!context || !source || !('isDeleted' in source)) return;
			untrack(() => {
				if (context.kind === 'edit') this.#keep(context.text);
				this.#end();
				this.#contexts.settle(options.name);
			});
		});
		$effect(() => {
			for (const { id, content, failure } of options.room().entries) {
				if (content.kind !== 'edit' || failure !== 'gone' || this.#kept.includes(id)) continue;
				this.#kept.push(id);
				untrack(() => this.#keep(content.text));
				void options.outbox.retract(id);
			}
		});
	}

	/** Undefined while the reader writes a new message. */
	get context(): ComposerContext | undefined {
		return this.#contexts.of(this.#options.name);
	}

	/** The text with which the field begins. */
	get text(): string {
		const { context } = this;
		return context?.kind === 'edit' ? context.text : this.draft;
	}

	/** The text of a message that was not sent. */
	get draft(): string {
		return this.#options.drafts.of(this.#options.name);
	}

	/** Applies a change of the typed text. */
	change(text: string): void {
		const { context } = this;
		const { name, drafts, room } = this.#options;
		if (context?.kind === 'edit') {
			this.#contexts.write(name, { ...context, text });
			return;
		}
		drafts.write(name, text);
		room().setTyping(!isBlank(text));
	}

	/**
	 * Sends the text.
	 * @param typed the text of the field, before cleaning
	 * @param mentions the people whom the text mentions
	 */
	async send(text: RoomText, typed: string, mentions: readonly Mention[]): Promise<void> {
		const { context, source } = this;
		const { name, room, drafts, onsay, focus } = this.#options;
		this.#end();
		if (context?.kind === 'edit') {
			focus();
			if (!source || textOf(source) !== text) {
				// A name of several people keeps the person whom the message had mentioned.
				const kept = listedIn(source).filter(({ name }) => !mentions.some((mention) => mention.name === name));
				await room().edit(context.target, text, [...mentions, ...kept]);
			}
			this.#contexts.settle(name);
			return;
		}
		onsay();
		await room().say(text, { replyTo: context?.target, mentions });
		drafts.settle(name, typed);
		this.#contexts.settle(name);
	}

	/** Begins an answer to a message. The typed text stays. */
	reply(message: AnyMessage): void {
		const wasEdit = this.context?.kind === 'edit';
		this.#contexts.write(this.#options.name, { kind: 'reply', target: targetOf(message) });
		if (wasEdit) this.fieldKey += 1;
		this.#options.focus();
	}

	/** Begins to edit a message of the reader. */
	edit(message: AnyMessage): void {
		this.#begin({ kind: 'edit', target: targetOf(message), text: textOf(message) });
	}

	/** Begins to edit the last message of the reader, if there is one. */
	editLast(): void {
		const userId = this.#options.userId();
		const own = this.#all.findLast((message) => targetOf(message).author === userId && textOf(message) !== '');
		if (own) this.edit(own);
	}

	/** Returns to writing a new message. The text of an answer stays in the field. */
	end(): void {
		this.#end();
		this.#contexts.settle(this.#options.name);
		this.#options.focus();
	}

	/** Discards the draft. */
	discard(): void {
		this.#options.drafts.write(this.#options.name, '');
	}

	#begin(context: ComposerContext): void {
		this.#contexts.write(this.#options.name, context);
		this.fieldKey += 1;
		this.#options.focus();
	}

	#end(): void {
		const wasEdit = this.context?.kind === 'edit';
		this.#contexts.end(this.#options.name);
		if (wasEdit) this.fieldKey += 1;
	}

	/** Adds a text that was not sent to the draft. */
	#keep(text: string): void {
		const { drafts, name } = this.#options;
		drafts.write(name, this.draft === '' ? text : `${this.draft}\n${text}`);
		this.fieldKey += 1;
	}
}

/** The text of a message; empty after it was deleted. */
export function textOf(message: AnyMessage): string {
	if (!('content' in message)) return message.text;
	return message.content.kind === 'message' ? message.content.text : '';
}

/** The mentions that a message lists. */
function listedIn(message: AnyMessage | undefined): readonly Mention[] {
	const listing = message && 'content' in message ? message.content : message;
	return listing && 'mentions' in listing ? (listing.mentions ?? []) : [];
}
