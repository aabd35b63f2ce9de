import { PUBLIC_SERVER_URL } from '$app/env/public';
import { Chat } from './Chat.svelte.ts';

/** The chat of this page. */
export const chat = new Chat(PUBLIC_SERVER_URL || location.origin);
