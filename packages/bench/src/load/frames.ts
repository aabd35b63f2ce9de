/** A frame as clients send it. Its mask is 0, so that the text stays as it is. */
export function clientFrame(text: string | Uint8Array): Buffer {
	const payload = Buffer.from(text);
	const { length } = payload;
	if (length > 0xffff) throw new RangeError('longer than any message of a client');
	const header = length < 126 ? [0x81, 0x80 | length] : [0x81, 0xfe, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from(header), Buffer.alloc(4), payload]);
}

/**
 * Finds the frames of a server, all of which are taken for whole texts.
 * @param hear is called with the payload of each; its bytes are those of `bytes`
 * @returns where the first frame begins that is not there as a whole
 */
export function readFrames(bytes: Buffer, hear: (payload: Buffer) => void): number {
	let at = 0;
	while (at + 2 <= bytes.length) {
		let start = at + 2;
		let length = (bytes[at + 1] ?? 0) & 0x7f;
		if (length >= 126) {
			start += length === 126 ? 2 : 8;
			if (start > bytes.length) break;
			length = length === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
		}
		if (start + length > bytes.length) break;
		hear(bytes.subarray(start, start + length));
		at = start + length;
	}
	return at;
}
