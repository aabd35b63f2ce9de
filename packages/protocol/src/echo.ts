import type { EmptyReply } from './reply.ts';
import type { MessageText } from './text.ts';

/** What a client may emit in the echo namespace `/`. */
export interface EchoClientToServer {
	/** A text for the server. The acknowledgement is optional and tells whether the text was accepted. */
	eventFromClient: (text: MessageText, reply?: (reply: EmptyReply) => void) => void;
}

/** What the server emits in the echo namespace `/`. */
export interface EchoServerToClient {
	/** The answer to one `eventFromClient`, to its sender alone, in the order of the questions. */
	eventFromServer: (text: string) => void;
}

/** The server's answer to a text. */
export function echoAnswer(text: MessageText): string {
	return `서버입니다: ${text}`;
}
