import { echoSocket } from '#lib/socket';
import { addUnsentCheck } from '#lib/unsent.ts';
import { EchoConversation } from './EchoConversation.svelte.ts';

/** The conversation of this page with the echo. */
export const conversation = new EchoConversation(echoSocket);

addUnsentCheck(() => conversation.hasWaiting);
