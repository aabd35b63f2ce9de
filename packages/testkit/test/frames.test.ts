import { expect, test } from 'vitest';
import { closeFrame, frame, OPCODE, readFrame, readFrames } from '../src/raw/frames.ts';

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

test.each([0, 1, 125, 126, 65_535, 65_536, 100_000])(
	'a frame of a client is masked and has the length of %i bytes',
	(length) => {
		const bytes = frame('a'.repeat(length));
		const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;

		expect(bytes[0]).toBe(0x81);
		expect(bytes[1]).toBe(0x80 | { 0: length, 2: 126, 8: 127 }[lengthBytes]);
		if (lengthBytes === 2) expect(bytes.readUInt16BE(2)).toBe(length);
		if (lengthBytes === 8) expect(bytes.readBigUInt64BE(2)).toBe(BigInt(length));
		expect(bytes.subarray(2 + lengthBytes, 6 + lengthBytes)).toEqual(Buffer.alloc(4));
		expect(bytes.subarray(6 + lengthBytes).toString()).toBe('a'.repeat(length));
	}
);

test('a frame of a client can break every rule', () => {
	const odd = { opcode: 11, isFinal: false, isMasked: false, reserved: 7, length: 1, lengthBits: 16 } as const;
	expect([...frame('abc', odd)]).toEqual([0x7b, 126, 0, 1, 0x61, 0x62, 0x63]);
});

test('a close frame holds a code and a reason, or any bytes', () => {
	expect([...closeFrame(1000, 'a')]).toEqual([0x88, 0x83, 0, 0, 0, 0, 0x03, 0xe8, 0x61]);
	expect([...closeFrame(Uint8Array.of(7))]).toEqual([0x88, 0x81, 0, 0, 0, 0, 7]);
});

test('frames are read with lengths of every size', () => {
	const long = 'b'.repeat(70_000);
	const bytes = Buffer.concat([serverFrame('하나'), serverFrame('c'.repeat(200), 2), serverFrame(long, 8)]);

	expect(read(bytes)).toEqual({ texts: ['하나', 'c'.repeat(200), long], end: bytes.length });
});

test('bytes that end anywhere are read up to the last whole frame', () => {
	const frames = [serverFrame('one'), serverFrame('t'.repeat(130), 2), serverFrame('three')];
	const bytes = Buffer.concat(frames);

	for (let cut = 0; cut <= bytes.length; cut += 1) {
		const before = read(bytes.subarray(0, cut));
		const after = read(bytes.subarray(before.end));
		expect([...before.texts, ...after.texts], `cut at ${cut}`).toEqual(['one', 't'.repeat(130), 'three']);
	}
});

test('a payload comes with its opcode, and is a view of the read bytes', () => {
	const bytes = Buffer.from([0x81, 1, 0x61, 0x8a, 1, 0x62, 0x88, 0]);
	const heard: [number, string][] = [];
	readFrames(bytes, (payload, opcode) => {
		expect(payload.buffer).toBe(bytes.buffer);
		heard.push([opcode, payload.toString()]);
	});
	expect(heard).toEqual([
		[OPCODE.text, 'a'],
		[OPCODE.pong, 'b'],
		[OPCODE.close, '']
	]);
});

test('readFrame returns the first frame, or undefined while it is not whole', () => {
	const bytes = Buffer.concat([serverFrame('one'), serverFrame('two')]);
	expect(readFrame(bytes)).toEqual({ frame: { opcode: OPCODE.text, payload: Buffer.from('one') }, length: 5 });
	expect(readFrame(bytes.subarray(0, 4))).toBeUndefined();
});
