/** The first byte of an unfragmented message, https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
const [WHOLE_TEXT, WHOLE_BINARY] = [0x81, 0x82];

/** The longest payloads whose length fits into 7 bits and into 16 bits. */
const [MAX_SHORT, MAX_MEDIUM] = [125, 0xffff];

declare const areFrames: unique symbol;

/** Whole frames of a server, at least one. The bytes of a message have another type, because they lack a header. */
export type Frames = Buffer & { readonly [areFrames]: true };

function headerLength(payloadLength: number): number {
	if (payloadLength <= MAX_SHORT) return 2;
	return payloadLength <= MAX_MEDIUM ? 4 : 10;
}

/** @returns the offset after the header */
function writeHeader(target: Buffer, offset: number, start: number, payloadLength: number): number {
	target[offset] = start;
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

/** Makes the frame of a binary message. It copies the data, which the sender may reuse. */
export function binaryFrame(data: ArrayBuffer | ArrayBufferView): Frames {
	const payload = ArrayBuffer.isView(data)
		? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
		: Buffer.from(data);
	const frame = Buffer.allocUnsafe(headerLength(payload.length) + payload.length);
	payload.copy(frame, writeHeader(frame, 0, WHOLE_BINARY, payload.length));
	// The buffer contains a header and its payload.
	return frame as Frames;
}

/**
 * Joins frames of a server.
 * @param items texts, which become frames, and frames
 */
export function joinFrames(items: readonly (string | Frames)[]): Frames {
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
			offset = writeHeader(joined, offset, WHOLE_TEXT, lengths[index] ?? 0);
			offset += joined.write(item, offset);
		} else {
			offset += item.copy(joined, offset);
		}
	}
	// The buffer contains only frames.
	return joined as Frames;
}
