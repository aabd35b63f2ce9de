import fc from 'fast-check';
import { frame } from '@digda/testkit/raw/frames.ts';
import { oddPacket } from './packets.ts';

const payload: fc.Arbitrary<string | Uint8Array> = fc.oneof(
	oddPacket,
	fc.uint8Array({ maxLength: 130 }),
	fc.constantFrom('', '3', '6', '2probe', '40')
);

const options = fc.record(
	{
		opcode: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, { weight: 3, arbitrary: fc.nat({ max: 15 }) }),
		isFinal: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
		isMasked: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
		reserved: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 7 }) })
	},
	{ requiredKeys: ['opcode'] }
);

/** Frames with a false length. */
const lying = fc
	.tuple(payload, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom(7 as const, 16 as const, 64 as const))
	.map(([data, length, lengthBits]) => frame(data, { length, lengthBits }));

/** Bytes for a WebSocket: frames of every kind, and other bytes. */
export const frameBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
	{ weight: 8, arbitrary: fc.tuple(payload, options).map(([data, how]) => frame(data, how)) },
	{ weight: 1, arbitrary: lying },
	{ weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 200 }) }
);
