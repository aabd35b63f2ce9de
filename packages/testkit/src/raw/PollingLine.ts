import { enginePath } from './handshake.ts';
import { ask, requestText, type Answer } from './http.ts';
import { Line } from './Line.ts';

/** The separator of packets in a body. */
export const SEPARATOR = '\x1e';

/** A connection over long-polling that posts any body. Each request has a TCP connection of its own. */
export class PollingLine {
	readonly sid: string;
	readonly #port: number;
	readonly #localAddress: string | undefined;
	readonly #lines: Line[] = [];

	private constructor(port: number, localAddress: string | undefined, sid: string) {
		this.#port = port;
		this.#localAddress = localAddress;
		this.sid = sid;
	}

	/** @throws when the server rejects the connection */
	static async open(port: number, localAddress?: string): Promise<PollingLine> {
		const line = await Line.open(port, localAddress);
		const { status, body } = await ask(line, requestText(`GET ${enginePath('polling')}`));
		line.close();
		if (status !== 200) throw new Error(`the handshake was rejected with ${status}`);
		const { sid } = JSON.parse(body.slice(1)) as { sid: string };
		return new PollingLine(port, localAddress, sid);
	}

	get path(): string {
		return `${enginePath('polling')}&sid=${this.sid}`;
	}

	/** Posts packets. */
	async post(body: string, headers: Record<string, string> = {}): Promise<Answer> {
		const length = String(Buffer.byteLength(body));
		return await this.request('POST', { 'Content-Length': length, 'Content-Type': 'text/plain', ...headers }, body);
	}

	/** Polls for packets of the server. */
	async poll(): Promise<Answer> {
		return await this.request('GET');
	}

	/** Sends any request with the sid of the connection. */
	async request(method: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
		const line = await Line.open(this.#port, this.#localAddress);
		this.#lines.push(line);
		return await ask(line, requestText(`${method} ${this.path}`, headers, body));
	}

	/** Sends a close packet, so that the server need not wait for a time-out. */
	async close(): Promise<void> {
		await this.post('1');
		this.#lines.forEach((line) => line.close());
	}
}
