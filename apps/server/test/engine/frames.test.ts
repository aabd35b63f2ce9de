import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPCODE, readFrame } from '@digda/testkit/raw/frames.ts';
import { binaryFrame, joinFrames } from '../../src/socket/engine/frames.ts';

/** The messages that a client reads: texts as strings, bytes as a `Uint8Array`. */
function parse(bytes: Buffer): (string | Uint8Array)[] {
	const messages: (string | Uint8Array)[] = [];
	for (let rest = bytes; rest.length > 0;) {
		const { frame, length } = readFrame(rest) ?? expect.fail('half a frame');
		const isText = frame.opcode === OPCODE.text;
		expect(rest[0]).toBe(isText ? 0x81 : 0x82);
		messages.push(isText ? frame.payload.toString() : Uint8Array.from(frame.payload));
		rest = rest.subarray(length);
	}
	return messages;
}

const LENGTHS = [0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 100_000];

test.for(LENGTHS)('a text of %i bytes is one frame', (length) => {
	const text = 'x'.repeat(length);
	expect(parse(joinFrames([text]))).toEqual([text]);
});

test.for(LENGTHS)('%i bytes are one binary frame', (length) => {
	const bytes = new Uint8Array(length).fill(0x78);
	expect(parse(binaryFrame(bytes))).toEqual([bytes]);
});

test('every kind of bytes is the payload of a binary frame', () => {
	const { buffer } = Uint8Array.of(9, 1, 2, 9);
	const parts = [Buffer.from(buffer, 1, 2), new Uint8Array(buffer, 1, 2), new DataView(buffer, 1, 2)];
	for (const part of parts) expect(parse(binaryFrame(part))).toEqual([Uint8Array.of(1, 2)]);
	expect(parse(binaryFrame(new Uint16Array(buffer, 2, 1)))).toEqual([Uint8Array.of(2, 9)]);
	expect(parse(binaryFrame(buffer))).toEqual([Uint8Array.of(9, 1, 2, 9)]);
});

test('a binary frame holds a copy of its payload', () => {
	const bytes = Buffer.from([1, 2]);
	const frame = binaryFrame(bytes);
	bytes.fill(0);
	expect(parse(frame)).toEqual([Uint8Array.of(1, 2)]);
});

test('texts, bytes and frames are read as they were written, in order', () => {
	const text = fc.string({ unit: 'grapheme', maxLength: 300 }).map((raw) => raw.toWellFormed());
	const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Uint8Array.from(array));
	const items = fc.array(fc.record({ message: fc.oneof(text, bytes), isFrame: fc.boolean() }), { maxLength: 10 });
	fc.assert(
		fc.property(items, (each) => {
			const joined = joinFrames(
				each.map(({ message, isFrame }) => {
					if (typeof message !== 'string') return binaryFrame(message);
					return isFrame ? joinFrames([message]) : message;
				})
			);
			expect(parse(joined)).toEqual(each.map(({ message }) => message));
		})
	);
});
