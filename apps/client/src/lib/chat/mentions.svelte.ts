import { resolve } from '$app/paths';
import { createContext } from 'svelte';
import { isMentioned } from '#lib/text/mentions.ts';
import { truncate } from '#lib/text/truncate.ts';
import { m } from '#lib/paraglide/messages.js';
import type { ChatSession } from './ChatSession.svelte.ts';
import { closeNotifications, showNotification, tagOf } from './notifications.ts';

/** The longest text of a notification, in UTF-16 code units; systems show less. */
const MAX_BODY = 200;

// The types say that it is always there.
const api = globalThis.Notification as typeof Notification | undefined;

/** Notifications of the browser for messages that name the reader, while the page is hidden. */
export class MentionNotifications {
	#permission = $state(isSecureContext ? (api?.permission ?? 'denied') : 'denied');

	/** Whether the browser has not been asked yet. */
	get canAsk(): boolean {
		return this.#permission === 'default';
	}

	/** Asks the browser, which asks the reader; to be called on a click. */
	async ask(): Promise<void> {
		if (api) this.#permission = await api.requestPermission();
	}

	/** Listens to all rooms. @param titleOf what people call a room. @returns the function that ends it */
	listen({ socket, client }: ChatSession, titleOf: (room: string) => string): () => void {
		return socket.on('message:new', ({ room, messages }) => {
			const { user } = client;
			void closeNotifications(messages.flatMap(({ deletes = [] }) => deletes).map((seq) => tagOf(room, seq)));
			if (!user || this.#permission !== 'granted' || document.visibilityState !== 'hidden') return;
			for (const { seq, author, text } of messages) {
				if (author.id === user.id || !isMentioned(text, user.name)) continue;
				const title = m.mention_title({ name: author.name, room: titleOf(room) });
				const url = resolve('/rooms/[room]', { room });
				void showNotification(title, { tag: tagOf(room, seq), body: truncate(text, MAX_BODY), data: { url } });
			}
		});
	}
}

export const [getMentions, setMentions] = createContext<MentionNotifications>();
