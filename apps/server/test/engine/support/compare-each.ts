import { expect, onTestFinished, test } from 'vitest';
import { RecordedPeer } from './RecordedPeer.ts';
import type { Implementation } from './servers.ts';

/** One fact of a protocol. */
export interface Fact<Options> {
	name: string;
	/** Options of the server that differ from the defaults. */
	options?: Options;
	/** Plays the client. @returns its observations */
	play: (peer: RecordedPeer) => Promise<unknown>;
	/** The observations on either implementation. */
	expected: unknown;
}

/**
 * Plays each fact on the stock implementation and on ours, and compares what both write byte by byte.
 * @param start starts a server. @returns its port
 */
export function compareEach<Options>(
	facts: readonly Fact<Options>[],
	start: (implementation: Implementation, options: Options | undefined) => Promise<number>
): void {
	test.for(facts)('[WIRE-1] $name', async ({ options, play, expected }) => {
		async function playOn(implementation: Implementation) {
			const peer = new RecordedPeer(await start(implementation, options));
			onTestFinished(() => peer.close());
			const noticed = await play(peer);
			return { noticed, record: peer.record };
		}
		const [stock, ours] = await Promise.all([playOn('stock'), playOn('ours')]);
		expect(stock.noticed).toEqual(expected);
		expect(ours.noticed).toEqual(expected);
		expect(ours.record).toEqual(stock.record);
	});
}
