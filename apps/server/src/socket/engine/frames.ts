/** First byte of a frame: a whole text, https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
const WHOLE_TEXT = 0x81;

/** Lengths up to which the field of 7, and that of 16 bits says it. */
const [MAX_SHORT, MAX_MEDIUM] = [125, 0xffff];

function headerLength(payloadLength: number): number {
	if (payloadLength <= MAX_SHORT) return 2;
	return payloadLength <= MAX_MEDIUM ? 4 : 10;
}

/** @returns the offset after the header */
function writeHeader(target: Buffer, offset: number, payloadLength: number): number {
	target[offset] = WHOLE_TEXT;
	if (payloadLength <= MAX_SHORT) {
		target[offset + 1] = payloadLength;
		return offset + 2;
	}
	if (payloadLength <= MAX_MEDIUM) {
		target[offset + 1] = 126;
		return target.writeUInt16BE(payloadLength, offset + 2);
	}
	target[offset + 1] = 127;
	target.writeUInt32BE(0, offset + 2);
	return target.writeUInt32BE(payloadLength, offset + 6);
}

/**
 * Puts frames of a server behind each other.
 * @param items texts that become frames, and frames
 */
export function joinFrames(items: readonly (string | Buffer)[]): Buffer {
	const lengths = items.map((item) => (typeof item === 'string' ? Buffer.byteLength(item) : item.length));
	let total = 0;
	for (const [index, item] of items.entries()) {
		const length = lengths[index] ?? 0;
		total += typeof item === 'string' ? headerLength(length) + length : length;
	}
	const joined = Buffer.allocUnsafe(total);
	let offset = 0;
	for (const [index, item] of items.entries()) {
		if (typeof item === 'string') {
			offset = writeHeader(joined, offset, lengths[index] ?? 0);
			offset += joined.write(item, offset);
		} else {
			offset += item.copy(joined, offset);
		}
	}
	return joined;
}
