import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Which way bytes go: `up` from the client to the server, `down` back. */
export type Direction = 'up' | 'down';

/** Of each chunk, so many bytes travel alone; the rest follows in one piece, or a page would take seconds. */
const LONE_BYTES = 2_000;

/** What happens to bytes on their way. */
interface Weather {
	delayMs: number;
	isSliced: boolean;
}

/** One direction of a connection: hands on what comes in, in order, late or in pieces. */
class Pipe {
	isMute = false;
	readonly #from: Socket;
	readonly #to: Socket;
	readonly #weather: Weather;
	#queue: Promise<void> = Promise.resolve();
	#waiting = 0;

	constructor(from: Socket, to: Socket, weather: Weather) {
		this.#from = from;
		this.#to = to;
		this.#weather = weather;
		from.on('data', (chunk) => this.#pass(chunk));
		// What is still on its way arrives before the end does; where bytes vanish, the end vanishes too.
		from.on('close', () =>
			this.#enqueue(() => {
				if (!this.isMute) to.end(() => to.destroy());
			})
		);
	}

	#pass(chunk: Buffer): void {
		if (this.isMute) return;
		const { delayMs, isSliced } = this.#weather;
		if (this.#waiting === 0 && delayMs === 0 && !isSliced) {
			this.#write(chunk);
			return;
		}
		this.#enqueue(async () => {
			if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
			if (isSliced) await this.#writeSliced(chunk);
			else this.#write(chunk);
		});
	}

	#enqueue(run: () => Promise<void> | void): void {
		this.#waiting += 1;
		this.#queue = this.#queue.then(run).finally(() => (this.#waiting -= 1));
	}

	async #writeSliced(chunk: Buffer): Promise<void> {
		for (let index = 0; index < Math.min(chunk.length, LONE_BYTES); index += 1) {
			this.#write(chunk.subarray(index, index + 1));
			// Bytes that are written in one turn could leave in one packet.
			await new Promise((resolve) => setImmediate(resolve));
		}
		if (chunk.length > LONE_BYTES) this.#write(chunk.subarray(LONE_BYTES));
	}

	#write(bytes: Buffer): void {
		if (this.isMute || this.#to.destroyed || this.#to.write(bytes)) return;
		this.#from.pause();
		this.#to.once('drain', () => this.#from.resume());
	}
}

/** A connection of a client with its continuation to the server. */
interface Connection {
	client: Socket;
	/** Undefined when the connection was swallowed. */
	server: Socket | undefined;
	pipes: Partial<Record<Direction, Pipe>>;
}

/** A TCP proxy in front of a server that does to its connections what networks do. */
export class Proxy {
	/** The port of the server; undefined while there is none, and connections are refused. */
	target: number | undefined;
	/** Whether new connections are accepted and never answered. */
	isBlackHole = false;
	/** What all bytes of all connections meet. */
	readonly weather: Weather = { delayMs: 0, isSliced: false };
	/** How many connections were swallowed. */
	swallowed = 0;
	readonly #server: Server;
	readonly #connections = new Set<Connection>();

	/** From where it connects to the server; all of 127.0.0.0/8 is this machine. */
	readonly #address: string;

	private constructor(address: string) {
		this.#address = address;
		this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
	}

	/** Starts a proxy on a free port of 127.0.0.1. @param address how the server sees those who come through it */
	static async start(target?: number, address = '127.0.0.1'): Promise<Proxy> {
		const proxy = new Proxy(address);
		proxy.target = target;
		proxy.#server.listen(0, '127.0.0.1');
		await once(proxy.#server, 'listening');
		return proxy;
	}

	get port(): number {
		// A TCP server that listens has an address with a port.
		return (this.#server.address() as AddressInfo).port;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** From now on the bytes of the open connections vanish, one way or both; nobody is told. */
	mute(...directions: Direction[]): void {
		for (const { pipes } of this.#connections) {
			for (const direction of directions) {
				const pipe = pipes[direction];
				if (pipe) pipe.isMute = true;
			}
		}
	}

	/** Ends the open connections in good order, with a FIN to both sides. */
	end(): void {
		for (const { client, server } of this.#connections) {
			client.destroy();
			server?.destroy();
		}
	}

	/** Ends the open connections with a RST to both sides. */
	reset(): void {
		for (const { client, server } of this.#connections) {
			client.resetAndDestroy();
			server?.resetAndDestroy();
		}
	}

	/** Fair weather again; connections that lost bytes are ended, as they cannot be mended. */
	heal(): void {
		this.isBlackHole = false;
		this.weather.delayMs = 0;
		this.weather.isSliced = false;
		for (const { client, server, pipes } of this.#connections) {
			if (server === undefined || pipes.up?.isMute === true || pipes.down?.isMute === true) {
				client.resetAndDestroy();
				server?.resetAndDestroy();
			}
		}
	}

	/** Ends everything. */
	async close(): Promise<void> {
		const closed = once(this.#server, 'close');
		this.#server.close();
		this.reset();
		await closed;
	}

	#accept(client: Socket): void {
		client.on('error', () => undefined);
		if (this.target === undefined) {
			client.resetAndDestroy();
			return;
		}
		const connection: Connection = { client, server: undefined, pipes: {} };
		this.#connections.add(connection);
		client.once('close', () => this.#forget(connection));
		if (this.isBlackHole) {
			this.swallowed += 1;
			client.resume();
		} else {
			this.#connect(connection, this.target);
		}
	}

	/** A connection is over when both its sides are. */
	#forget(connection: Connection): void {
		const { client, server } = connection;
		if (client.destroyed && server?.destroyed !== false) this.#connections.delete(connection);
	}

	#connect(connection: Connection, port: number): void {
		const { client } = connection;
		const server = connect({ port, host: '127.0.0.1', localAddress: this.#address, noDelay: true });
		connection.server = server;
		server.on('error', () => undefined).once('close', () => this.#forget(connection));
		connection.pipes = {
			up: new Pipe(client, server, this.weather),
			down: new Pipe(server, client, this.weather)
		};
	}
}
