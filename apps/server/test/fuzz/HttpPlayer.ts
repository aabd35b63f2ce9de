import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Line } from '@digda/testkit/raw/Line.ts';
import { SCRIPT } from '@digda/testkit/server/temporary-page.ts';
import { conversation, type Conversation } from './generators/conversations.ts';

/** The status line of an error of the server itself. */
const FAILURE = /HTTP\/1\.1 5\d\d/;

/** The silence after which no more answers are expected, in milliseconds. */
const SILENCE_MS = 200;

/** A request for the largest file, and one behind it: a client may leave after any of its bytes. */
const CUT = Buffer.from(
	[
		`GET ${SCRIPT} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=5-2\r\nAccept-Encoding: br\r\nUpgrade: h2c\r\n`,
		'Connection: Upgrade\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello',
		'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
	].join('')
);

/** The conversations of a batch: the same for the same seed. */
export function conversationsOf(seed: number, count: number): Conversation[] {
	return fc.sample(conversation, { seed, numRuns: count });
}

/** One conversation for each byte after which a client may leave. */
export function cutConversations(): Conversation[] {
	return (['half-closed', 'reset'] as const).flatMap((leaves) =>
		Array.from({ length: CUT.length }, (_, index) => ({ bytes: CUT.subarray(0, index + 1), requests: 1, leaves }))
	);
}

/**
 * Has a conversation with a server.
 * @returns the number of answers
 * @throws when the server answers that it has failed, or does not close the connection
 */
export async function converse(port: number, { bytes, leaves }: Conversation): Promise<number> {
	const line = await Line.open(port);
	if (leaves === 'reset') {
		await line.taken(bytes);
		line.reset();
	} else {
		line.write(bytes);
		if (leaves === 'half-closed') line.end();
		else await hearOut(line);
	}
	await line.closed();
	const heard = line.heard.toString('latin1');
	const failure = FAILURE.exec(heard);
	if (failure) throw new Error(`the server answered with ${failure[0]}`);
	return heard.split('HTTP/1.1 ').length - 1;
}

/** Waits until the server closes a connection, or is silent because it waits for the rest of a request. */
async function hearOut(line: Line): Promise<void> {
	for (let heard = -1; !line.isClosed && line.heard.length > heard;) {
		heard = line.heard.length;
		await Promise.race([line.closed(), sleep(SILENCE_MS)]);
	}
	line.end();
}
