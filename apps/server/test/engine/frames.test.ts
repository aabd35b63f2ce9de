import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinFrames } from '../../src/socket/engine/frames.ts';

/** What a client reads, https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
function parse(bytes: Buffer): string[] {
	const texts: string[] = [];
	for (let at = 0; at < bytes.length;) {
		expect(bytes[at]).toBe(0x81);
		let length = bytes[at + 1] ?? 0;
		at += 2;
		if (length === 126) {
			length = bytes.readUInt16BE(at);
			at += 2;
		} else if (length === 127) {
			length = Number(bytes.readBigUInt64BE(at));
			at += 8;
		}
		texts.push(bytes.toString('utf8', at, at + length));
		at += length;
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
