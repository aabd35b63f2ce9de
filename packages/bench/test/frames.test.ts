import { expect, test } from 'vitest';
import { clientFrame, readFrames } from '../src/load/frames.ts';

/** A text as a server sends it. */
function serverFrame(text: string, lengthBytes: 0 | 2 | 8 = 0): Buffer {
	const payload = Buffer.from(text);
	const length = Buffer.alloc(8);
	length.writeBigUInt64BE(BigInt(payload.length));
	const first = { 0: payload.length, 2: 126, 8: 127 }[lengthBytes];
	return Buffer.concat([Buffer.from([0x81, first]), length.subarray(8 - lengthBytes), payload]);
}

function read(bytes: Buffer) {
	const texts: string[] = [];
	const end = readFrames(bytes, (payload) => texts.push(payload.toString()));
	return { texts, end };
}

test.each([0, 1, 125, 126, 65_535])(
	'a frame of a client says that %i bytes are masked, and how many they are',
	(length) => {
		const frame = clientFrame('a'.repeat(length));
		const lengthBytes = length < 126 ? 0 : 2;

		expect(frame[0]).toBe(0x81);
		expect(frame[1]).toBe(0x80 | (length < 126 ? length : 126));
		if (lengthBytes === 2) expect(frame.readUInt16BE(2)).toBe(length);
		expect(frame.subarray(2 + lengthBytes, 6 + lengthBytes)).toEqual(Buffer.alloc(4));
		expect(frame.subarray(6 + lengthBytes).toString()).toBe('a'.repeat(length));
	}
);

test('what does not fit into a frame of a client is refused', () => {
	expect(() => clientFrame('a'.repeat(65_536))).toThrow(RangeError);
});

test('frames are read with lengths of every size', () => {
	const long = 'b'.repeat(70_000);
	const bytes = Buffer.concat([serverFrame('하나'), serverFrame('c'.repeat(200), 2), serverFrame(long, 8)]);

	expect(read(bytes)).toEqual({ texts: ['하나', 'c'.repeat(200), long], end: bytes.length });
});

test('wherever bytes end, what is whole is heard and the rest begins with a frame', () => {
	const frames = [serverFrame('one'), serverFrame('t'.repeat(130), 2), serverFrame('three')];
	const bytes = Buffer.concat(frames);

	for (let cut = 0; cut <= bytes.length; cut += 1) {
		const before = read(bytes.subarray(0, cut));
		const after = read(bytes.subarray(before.end));
		expect([...before.texts, ...after.texts], `cut at ${cut}`).toEqual(['one', 't'.repeat(130), 'three']);
	}
});
