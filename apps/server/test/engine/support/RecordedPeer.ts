import { requestText } from '@digda/testkit/raw/http.ts';
import { Line } from '@digda/testkit/raw/Line.ts';
import { frame, OPCODE, readFrame } from '@digda/testkit/raw/frames.ts';
import { UPGRADE_HEADERS } from '@digda/testkit/raw/handshake.ts';
import { PATH } from './servers.ts';

/** The query of a request with the current revision of the protocol. */
export const query = (transport: string, sid = ''): string => `EIO=4&transport=${transport}${sid && `&sid=${sid}`}`;

/** The parts of a response that tests compare. */
export interface HttpResponse {
	status: number;
	body: string;
}

/**
 * A peer of one server that speaks bytes. It records all that the server writes. It replaces identifiers of sessions and
 * dates, which differ between two runs.
 */
export class RecordedPeer {
	/** The responses and frames of each TCP connection, in the order in which the connections were opened. */
	readonly record: string[][] = [];
	readonly #port: number;
	readonly #lines: Line[] = [];
	/** The session that the latest response over HTTP has opened. */
	#latestSession = '';

	constructor(port: number) {
		this.#port = port;
	}

	/** Makes an HTTP request on a connection of its own. A status of 0: the server closed it without a response. */
	async request(method: string, search: string, body?: string, headers: object = {}): Promise<HttpResponse> {
		const { line, note } = await this.#open();
		const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
		const all = { Connection: 'close', ...length, ...headers };
		line.write(requestText(`${method} ${PATH}?${search}`, all, body));
		await line.closed();
		const raw = line.take().toString('latin1');
		note(raw);
		this.#latestSession = SESSION.exec(raw)?.[1] ?? this.#latestSession;
		return parseResponse(raw);
	}

	/** Begins a session over polling. @returns its identifier */
	async beginPolling(): Promise<string> {
		await this.request('GET', query('polling'));
		return this.#latestSession;
	}

	async poll(sid: string): Promise<HttpResponse> {
		return await this.request('GET', query('polling', sid));
	}

	async post(sid: string, body: string): Promise<HttpResponse> {
		return await this.request('POST', query('polling', sid), body, { 'Content-Type': 'text/plain;charset=UTF-8' });
	}

	/** Asks for a WebSocket and reads the response. */
	async webSocket(search = query('websocket'), headers: object = {}): Promise<RecordedWebSocket> {
		const { line, note } = await this.#open();
		line.write(requestText(`GET ${PATH}?${search}`, { ...UPGRADE_HEADERS, ...headers }));
		const end = await line.until('a response', () => {
			const at = line.heard.indexOf('\r\n\r\n');
			return at < 0 ? (line.isClosed ? line.heard.length : undefined) : at + 4;
		});
		const head = line.take(end).toString('latin1');
		note(head);
		return new RecordedWebSocket(line, parseResponse(head).status, note);
	}

	/** Opens a WebSocket and reads the first packet of Engine.IO. */
	async openWebSocket(headers: object = {}): Promise<RecordedWebSocket> {
		const socket = await this.webSocket(query('websocket'), headers);
		await socket.next();
		return socket;
	}

	close(): void {
		for (const line of this.#lines) line.close();
	}

	async #open(): Promise<{ line: Line; note: (raw: string) => void }> {
		const written: string[] = [];
		this.record.push(written);
		const line = await Line.open(this.#port);
		this.#lines.push(line);
		return { line, note: (raw) => void written.push(withoutDifferences(raw)) };
	}
}

/** The identifier of a session or a socket in JSON: 20 characters. */
const SESSION = /"sid":"([\w-]{20})"/;

function withoutDifferences(raw: string): string {
	return raw.replace(SESSION, '"sid":"#"').replace(/^Date: .*$/m, 'Date: #');
}

const NOTHING = Buffer.alloc(0);

/** A WebSocket that reads one frame after the other. It answers no ping and no close frame by itself. */
export class RecordedWebSocket {
	readonly status: number;
	readonly #line: Line;
	readonly #note: (bytes: string) => void;

	constructor(line: Line, status: number, note: (bytes: string) => void) {
		this.#line = line;
		this.status = status;
		this.#note = note;
	}

	/** Sends packets of Engine.IO, all in one write: texts as text frames, bytes as binary frames. */
	send(...packets: (string | Uint8Array)[]): void {
		this.write(...packets.map((it) => frame(it, { opcode: typeof it === 'string' ? OPCODE.text : OPCODE.binary })));
	}

	/** Writes bytes, all in one write. */
	write(...bytes: Uint8Array[]): void {
		this.#line.write(Buffer.concat(bytes));
	}

	/** Ends the side of the TCP connection that sends. */
	end(): void {
		this.#line.end();
	}

	/** The next frame in words: `text 4hello`, `binary 010203`, `close 1002`; `end` when the server ended the connection. */
	async next(): Promise<string> {
		const found = await this.#line.until('a frame', () => {
			return readFrame(this.#line.heard) ?? (this.#line.isClosed ? null : undefined);
		});
		if (found === null) {
			const rest = this.#line.take();
			if (rest.length > 0) this.#note(rest.toString('latin1'));
			return rest.length > 0 ? `end after ${rest.length} bytes` : 'end';
		}
		this.#note(this.#line.take(found.length).toString('latin1'));
		return describeFrame(found.frame.opcode, found.frame.payload);
	}

	/** The payload of the next frame, which holds the identifier of a session. */
	async nextRaw(): Promise<Buffer> {
		return await this.#line.until('a frame', () => readFrame(this.#line.heard)?.frame.payload);
	}

	/** The next frames, in words. */
	async take(count: number): Promise<string[]> {
		const frames: string[] = [];
		for (let index = 0; index < count; index += 1) frames.push(await this.next());
		return frames;
	}

	/** All frames up to the end of the connection, in words. A close frame is answered with its own payload. */
	async rest(): Promise<string[]> {
		const frames: string[] = [];
		for (;;) {
			const next = await this.next();
			frames.push(next);
			if (next.startsWith('end')) return frames;
			if (next.startsWith('close')) this.#answerClose(next);
		}
	}

	#answerClose(described: string): void {
		const code = Number(described.slice(6));
		this.write(frame(code ? Buffer.from([code >> 8, code & 0xff]) : NOTHING, { opcode: OPCODE.close }));
	}
}

function describeFrame(opcode: number, payload: Buffer): string {
	if (opcode === OPCODE.text) return `text ${withoutDifferences(payload.toString())}`;
	if (opcode === OPCODE.binary) return `binary ${payload.toString('hex')}`;
	if (opcode === OPCODE.close) return payload.length < 2 ? 'close' : `close ${payload.readUInt16BE()}`;
	if (opcode === OPCODE.pong) return `pong ${payload.toString()}`;
	return `opcode ${opcode} ${payload.toString('hex')}`;
}

function parseResponse(raw: string): HttpResponse {
	const end = raw.indexOf('\r\n\r\n');
	const written = end < 0 ? '' : raw.slice(end + 4);
	const isChunked = /^transfer-encoding: chunked$/im.test(raw.slice(0, end));
	const body = Buffer.from(isChunked ? joinChunks(written) : written, 'latin1').toString();
	return { status: Number(raw.split(' ', 2)[1] ?? 0), body: withoutDifferences(body) };
}

function joinChunks(chunks: string): string {
	const [length = '', ...rest] = chunks.split('\r\n');
	const size = parseInt(length, 16) || 0;
	const after = rest.join('\r\n');
	return size === 0 ? '' : after.slice(0, size) + joinChunks(after.slice(size + 2));
}
