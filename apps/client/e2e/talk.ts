import { StockClient } from '@digda/testkit/client/StockClient.ts';

/** Somebody without a browser who says things in a room, one after the other. */
export async function talk(url: string, room: string, texts: string[]): Promise<void> {
	const client = await StockClient.connect(url);
	await client.join(room);
	await Promise.all(texts.map((text) => client.send(room, text)));
	client.disconnect();
}

/** Texts that tell one message from another, from 1 on. */
export function numbered(count: number): string[] {
	return Array.from({ length: count }, (_, index) => `message ${index + 1}`);
}
