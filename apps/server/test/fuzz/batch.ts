import fc from 'fast-check';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import { frameBytes } from './generators/frames.ts';
import { httpBytes } from './generators/http.ts';
import { oddPacket } from './generators/packets.ts';
import { requestPacket } from './generators/requests.ts';
import { checkInside } from './inside.ts';

/** The cases of a batch that are sent over TCP. */
export interface Shots {
	/** Requests and malformed ones, for a connection that has joined. `SENDER` is the id of its user. */
	requests: string[];
	/** Odd packets, for a connection that has joined. */
	packets: string[];
	/** Frames and bytes, for a WebSocket that has joined no namespace. */
	frames: Uint8Array[];
	/** Bodies for a connection over polling. */
	bodies: string[];
	/** Requests over HTTP, each for a connection of its own. */
	http: (string | Uint8Array)[];
}

/** The number of cases of each kind in a batch. More than half of them go over TCP. */
const SHARES = { requests: 150, packets: 75, frames: 35, bodies: 8, http: 7, inside: 225 };

/** The number of cases in a batch. */
export const BATCH_SIZE = Object.values(SHARES).reduce((sum, share) => sum + share, 0);

/** The cases of a batch that go over TCP, the same for the same seed. */
export function shotsOf(seed: number): Shots {
	const sample = <Value>(arbitrary: fc.Arbitrary<Value>, numRuns: number) => fc.sample(arbitrary, { seed, numRuns });
	return {
		requests: sample(requestPacket, SHARES.requests),
		packets: sample(oddPacket, SHARES.packets),
		frames: sample(frameBytes, SHARES.frames),
		bodies: sample(fc.array(fc.oneof(oddPacket, requestPacket), { maxLength: 4 }), SHARES.bodies).map((packets) =>
			packets.join(SEPARATOR)
		),
		http: sample(httpBytes, SHARES.http)
	};
}

/** Checks the cases of a batch that need no server. @throws with the shrunken case */
export async function checkInsideOf(seed: number): Promise<number> {
	return await checkInside(seed, SHARES.inside);
}
