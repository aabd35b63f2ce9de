import { StockClient } from '@digda/testkit/client/StockClient.ts';

/** Sends messages to a room one after the other, without a browser. */
export async function talk(url: string, room: string, texts: string[]): Promise<void> {
	const client = await StockClient.connect(url);
	await client.join(room);
	await Promise.all(texts.map((text) => client.send(room, text)));
	client.disconnect();
}

/** Returns distinct texts, numbered from 1. */
export function numbered(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `message ${index + 1}`);
}
