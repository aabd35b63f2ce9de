import { onTestFinished } from 'vitest';
import { nodeOf } from '../server/nodes.ts';
import { StockClient, type StockOptions } from './StockClient.ts';

/** A stock client in a Vitest test, disconnected at its end. Clients of a cluster connect to its nodes in rotation. */
export class ChatClientProbe extends StockClient {
	constructor(url: string, options?: StockOptions) {
		super(nodeOf(url), options);
		onTestFinished(() => this.disconnect());
	}
}

/** Connects to the chat and waits until requests may begin. */
export async function connectChat(url: string, token?: string, options: StockOptions = {}): Promise<ChatClientProbe> {
	const client = new ChatClientProbe(url, { ...options, auth: token === undefined ? {} : { token } });
	await client.untilTold('session:ready');
	return client;
}

/** The token of a new guest. @throws when the session is not new */
export function tokenOf({ ready }: StockClient): string {
	if (ready?.token === undefined) throw new Error('no new guest');
	return ready.token;
}
