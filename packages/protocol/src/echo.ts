import type { EmptyReply } from './reply.ts';
import type { MessageText } from './text.ts';

/** The events that a client may emit in the echo namespace `/`. */
export interface EchoClientToServer {
	/** Sends a text. The optional acknowledgement says whether the server accepted it. */
	eventFromClient: (text: MessageText, reply?: (reply: EmptyReply) => void) => void;
}

/** The events that the server emits in the echo namespace `/`. */
export interface EchoServerToClient {
	/** The answer to one `eventFromClient`. The sender alone receives it, in the order of its requests. */
	eventFromServer: (text: string) => void;
}

/** The server's answer to a text. */
export function echoAnswer(text: MessageText): string {
	return `서버입니다: ${text}`;
}
