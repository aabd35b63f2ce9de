import type { Mention } from '@digda/sync';
import { resolve } from '$app/paths';
import { readItem, writeItem } from '#lib/local-storage.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Chat } from '#lib/session/Chat.svelte.ts';
import { truncate } from '#lib/text/truncate.ts';

/** The maximum length of a notification's text, in UTF-16 code units. Systems show less. */
const MAX_BODY = 200;

/** The key of an item that exists when the reader has turned notifications off. */
const OFF_KEY = 'digda:mentions-off';

// The type says that it always exists.
const api = globalThis.Notification as typeof Notification | undefined;

/** Browser notifications of messages that mention the reader, while the page is hidden. */
class MentionNotifications {
	/** Tells whether the browser supports notifications for this page. */
	readonly isSupported = isSecureContext && api !== undefined;
	#permission = $state(api?.permission ?? 'denied');
	#isOff = $state(isTurnedOff());

	/** Tells whether the reader has blocked notifications in the browser. */
	get isBlocked(): boolean {
		return this.#permission === 'denied';
	}

	get isOn(): boolean {
		return this.isSupported && this.#permission === 'granted' && !this.#isOff;
	}

	/** Turns notifications on or off. The page calls it on a click, because the browser may ask for permission. */
	async toggle(): Promise<void> {
		this.#isOff = this.isOn;
		writeItem(OFF_KEY, this.#isOff ? 'yes' : undefined);
		if (api && !this.#isOff) this.#permission = await api.requestPermission();
	}

	/**
	 * Subscribes to the mentions in all rooms.
	 * @param titleOf returns the title of a room.
	 * @returns the function that unsubscribes
	 */
	subscribe({ rooms }: Chat, titleOf: (room: string) => string): () => void {
		const ending = new AbortController();
		const { signal } = ending;
		// Another tab may turn notifications on or off.
		addEventListener('storage', () => (this.#isOff = isTurnedOff()), { signal });
		// The reader may have changed the permission in the browser settings.
		addEventListener('focus', () => (this.#permission = api?.permission ?? 'denied'), { signal });
		const unsubscribe = rooms.mentioned.on((mention) => {
			if (this.isOn && document.visibilityState === 'hidden') void this.#show(mention, titleOf(mention.room));
		});
		return () => {
			ending.abort();
			unsubscribe();
		};
	}

	async #show({ room, message: { seq, author, text } }: Mention, roomTitle: string): Promise<void> {
		const title = m.mention_title({ name: author.name, room: roomTitle });
		const url = resolve('/rooms/[room]', { room });
		const { showNotification, tagOf } = await import('./notifications.ts');
		await showNotification(title, { tag: tagOf(room, seq), body: truncate(text, MAX_BODY), data: { url } });
	}
}

function isTurnedOff(): boolean {
	return readItem(OFF_KEY) !== null;
}

export const mentions = new MentionNotifications();
