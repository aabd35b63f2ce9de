/** The opcodes of frames (RFC 6455, 5.2). Any number up to 15 can be written. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Differences between a frame and that of a good client. */
export interface FrameOptions {
	opcode?: number;
	/** Whether it is the last of its message. */
	isFinal?: boolean;
	isMasked?: boolean;
	/** The three reserved bits, as a number: 4 is RSV1, which means compressed. */
	reserved?: number;
	/** The stated length. */
	length?: number | bigint;
	/** The number of bits of the stated length: 7, 16 or 64. */
	lengthBits?: 7 | 16 | 64;
}

/** The bytes of a frame from a client to the server, masked with zeros, so that the payload is legible. */
export function frame(payload: string | Uint8Array, options: FrameOptions = {}): Buffer {
	const data = Buffer.from(payload as Uint8Array);
	const { opcode = OPCODE.text, isFinal = true, isMasked = true, reserved = 0, length = data.length } = options;
	const { lengthBits = fittingBits(BigInt(length)) } = options;
	const start = ((isFinal ? 0x80 : 0) | (reserved << 4) | opcode) & 0xff;
	const mask = isMasked ? Buffer.alloc(4) : Buffer.alloc(0);
	return Buffer.concat([Buffer.from([start]), writeLength(BigInt(length), lengthBits, isMasked), mask, data]);
}

function fittingBits(length: bigint): 7 | 16 | 64 {
	if (length < 126n) return 7;
	return length < 65_536n ? 16 : 64;
}

function writeLength(length: bigint, bits: 7 | 16 | 64, isMasked: boolean): Buffer {
	const masked = isMasked ? 0x80 : 0;
	if (bits === 7) return Buffer.from([masked | Number(length & 0x7fn)]);
	const written = Buffer.alloc(8);
	written.writeBigUInt64BE(BigInt.asUintN(64, length));
	return bits === 16
		? Buffer.concat([Buffer.from([masked | 126]), written.subarray(6)])
		: Buffer.concat([Buffer.from([masked | 127]), written]);
}

/** A close frame with a code and a reason, or with any bytes. */
export function closeFrame(code: number | Uint8Array, reason = ''): Buffer {
	const start = typeof code === 'number' ? Buffer.from([code >> 8, code & 0xff]) : code;
	return frame(Buffer.concat([start, Buffer.from(reason)]), { opcode: OPCODE.close });
}

/**
 * Finds the frames that a server has written.
 * @param hear is called with the payload of each, a view of `bytes`
 * @param most the largest number of frames to read
 * @returns the offset of the first frame that was not read, because it is incomplete or beyond `most`
 */
export function readFrames(bytes: Buffer, hear: (payload: Buffer, opcode: number) => void, most = Infinity): number {
	let at = 0;
	for (let count = 0; count < most && at + 2 <= bytes.length; count += 1) {
		let start = at + 2;
		let length = (bytes[at + 1] ?? 0) & 0x7f;
		if (length >= 126) {
			start += length === 126 ? 2 : 8;
			if (start > bytes.length) break;
			length = length === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
		}
		if (start + length > bytes.length) break;
		hear(bytes.subarray(start, start + length), (bytes[at] ?? 0) & 0x0f);
		at = start + length;
	}
	return at;
}

/** A frame of the server. */
export interface HeardFrame {
	opcode: number;
	payload: Buffer;
}

/** The first whole frame of received bytes, and its length in bytes. */
export function readFrame(heard: Buffer): { frame: HeardFrame; length: number } | undefined {
	const frames: HeardFrame[] = [];
	const length = readFrames(heard, (payload, opcode) => void frames.push({ opcode, payload }), 1);
	return frames[0] && { frame: frames[0], length };
}
