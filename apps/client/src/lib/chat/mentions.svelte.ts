import { resolve } from '$app/paths';
import { createContext } from 'svelte';
import { readItem, writeItem } from '#lib/local-storage.ts';
import { isMentioned } from '#lib/text/mentions.ts';
import { truncate } from '#lib/text/truncate.ts';
import { m } from '#lib/paraglide/messages.js';
import type { ChatSession } from './ChatSession.svelte.ts';

/** The longest text of a notification, in UTF-16 code units; systems show less. */
const MAX_BODY = 200;

/** Something is kept under this key where the reader wants no notifications that the browser would allow. */
const OFF_KEY = 'digda:mentions-off';

// The types say that it is always there.
const api = globalThis.Notification as typeof Notification | undefined;

/** Notifications of the browser for messages that name the reader, while the page is hidden. */
export class MentionNotifications {
	/** Whether the browser has any for this page. */
	readonly isSupported = isSecureContext && api !== undefined;
	#permission = $state(api?.permission ?? 'denied');
	#isOff = $state(isTurnedOff());

	/** Whether the reader has told the browser to allow none. */
	get isBlocked(): boolean {
		return this.#permission === 'denied';
	}

	get isOn(): boolean {
		return this.isSupported && this.#permission === 'granted' && !this.#isOff;
	}

	/** Turns them on or off; to be called on a click, for the browser may ask the reader. */
	async toggle(): Promise<void> {
		this.#isOff = this.isOn;
		writeItem(OFF_KEY, this.#isOff ? 'yes' : undefined);
		if (api && !this.#isOff) this.#permission = await api.requestPermission();
	}

	/** Listens to all rooms. @param titleOf what people call a room. @returns the function that ends it */
	listen({ socket, client }: ChatSession, titleOf: (room: string) => string): () => void {
		const ending = new AbortController();
		const { signal } = ending;
		// Another tab has turned them on or off.
		addEventListener('storage', () => (this.#isOff = isTurnedOff()), { signal });
		// The reader may have been in the settings of the browser.
		addEventListener('focus', () => (this.#permission = api?.permission ?? 'denied'), { signal });
		const unsubscribe = socket.on('entry:new', ({ room, entries }) => {
			const { user } = client;
			if (!user || !this.isOn || document.visibilityState !== 'hidden') return;
			for (const { seq, author, text } of entries.filter((entry) => entry.kind === 'message')) {
				if (author.id === user.id || !isMentioned(text, user.name)) continue;
				const title = m.mention_title({ name: author.name, room: titleOf(room) });
				const url = resolve('/rooms/[room]', { room });
				const body = truncate(text, MAX_BODY);
				void import('#lib/rare/notifications.ts').then(({ showNotification, tagOf }) =>
					showNotification(title, { tag: tagOf(room, seq), body, data: { url } })
				);
			}
		});
		return () => {
			ending.abort();
			unsubscribe();
		};
	}
}

function isTurnedOff(): boolean {
	return readItem(OFF_KEY) !== null;
}

export const [getMentions, setMentions] = createContext<MentionNotifications>();
