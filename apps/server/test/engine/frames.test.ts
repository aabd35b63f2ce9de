import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OPCODE, readFrame } from '../raw/frames.ts';
import { joinFrames } from '../../src/socket/engine/frames.ts';

/** What a client reads: whole texts. */
function parse(bytes: Buffer): string[] {
	const texts: string[] = [];
	for (let rest = bytes; rest.length > 0;) {
		const { frame, length } = readFrame(rest) ?? expect.fail('half a frame');
		expect([rest[0], frame.opcode]).toEqual([0x81, OPCODE.text]);
		texts.push(frame.payload.toString());
		rest = rest.subarray(length);
	}
	return texts;
}

test.for([0, 1, 125, 126, 65_535, 65_536, 100_000])('a text of %i bytes is one frame', (length) => {
	const text = 'x'.repeat(length);
	expect(parse(joinFrames([text]))).toEqual([text]);
});

test('texts and frames come out as they went in, in their order', () => {
	const text = fc.string({ unit: 'grapheme', maxLength: 300 }).map((raw) => raw.toWellFormed());
	const items = fc.array(fc.record({ text, isFrame: fc.boolean() }), { maxLength: 10 });
	fc.assert(
		fc.property(items, (each) => {
			const joined = joinFrames(each.map(({ text, isFrame }) => (isFrame ? joinFrames([text]) : text)));
			expect(parse(joined)).toEqual(each.map(({ text }) => text));
		})
	);
});
