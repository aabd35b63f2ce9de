import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Pipe, type Weather } from './Pipe.ts';

/** The direction of bytes: `up` from the client to the server, `down` back. */
export type Direction = 'up' | 'down';

/**
 * How a proxy or a firewall treats WebSocket: passes the upgrade, rejects it, never answers it, or answers it and then
 * drops every byte. A slow one holds the first bytes of every connection for `SLOW_MS`.
 */
export type Upgrades = 'passed' | 'rejected' | 'unanswered' | 'dead' | 'slow';

/** How long a slow proxy holds the first bytes of each connection. */
export const SLOW_MS = 300;

const FORBIDDEN = 'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** A connection of a client, and the one to the server. */
interface Connection {
	client: Socket;
	/** Undefined when the connection was swallowed, or the proxy has not decided yet. */
	server: Socket | undefined;
	pipes: Partial<Record<Direction, Pipe>>;
}

/** A TCP proxy in front of a server that simulates faults of a network. */
export class Proxy {
	/** The port of the server; undefined while there is none, and connections are rejected. */
	target: number | undefined;
	/** Whether new connections are accepted and never answered. */
	isBlackHole = false;
	/** The treatment of new connections that begin with a request. */
	upgrades: Upgrades = 'passed';
	/** The faults for all bytes of all connections. */
	readonly weather: Weather = { delayMs: 0, isSliced: false };
	/** The number of swallowed connections. */
	swallowed = 0;
	readonly #server: Server;
	readonly #connections = new Set<Connection>();

	/** The local address of connections to the server; all of 127.0.0.0/8 is this machine. */
	readonly #address: string;

	private constructor(address: string) {
		this.#address = address;
		this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
	}

	/** Starts a proxy on a free port of 127.0.0.1. @param address of its clients, as the server sees them */
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

	/** From now on the bytes of the open connections vanish silently, in one direction or both. */
	mute(...directions: Direction[]): void {
		for (const { pipes } of this.#connections) {
			for (const direction of directions) {
				const pipe = pipes[direction];
				if (pipe) pipe.isMute = true;
			}
		}
	}

	/** Ends the open connections with a FIN to both sides. */
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

	/** Ends all faults, and the connections that lost bytes. */
	heal(): void {
		this.isBlackHole = false;
		this.upgrades = 'passed';
		this.weather.delayMs = 0;
		this.weather.isSliced = false;
		this.weather.isFatal = undefined;
		for (const { client, server, pipes } of this.#connections) {
			if (server === undefined || pipes.up?.isMute === true || pipes.down?.isMute === true) {
				client.resetAndDestroy();
				server?.resetAndDestroy();
			}
		}
	}

	/** Closes the proxy and all its connections. */
	async close(): Promise<void> {
		const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
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
		} else if (this.upgrades === 'passed') {
			this.#connect(connection, this.target);
		} else {
			const { target, upgrades } = this;
			client.once('data', (head) => this.#begin(connection, target, head, upgrades));
		}
	}

	/** Decides the treatment of a connection by its first bytes. */
	#begin(connection: Connection, target: number, head: Buffer, upgrades: Upgrades): void {
		const { client } = connection;
		const isUpgrade = /^upgrade: *websocket/im.test(head.toString('latin1'));
		if (isUpgrade && upgrades === 'rejected') {
			client.end(FORBIDDEN);
		} else if (isUpgrade && upgrades === 'unanswered') {
			client.resume();
		} else {
			const { server, up, down } = this.#connect(connection, target);
			up.pass(head, upgrades === 'slow' ? SLOW_MS : undefined);
			if (!isUpgrade || upgrades !== 'dead') return;
			up.isMute = true;
			down.isMute = true;
			server.once('data', (answer) => client.write(answer.subarray(0, answer.indexOf('\r\n\r\n') + 4)));
		}
	}

	/** A connection is over when both its sides are. */
	#forget(connection: Connection): void {
		const { client, server } = connection;
		if (client.destroyed && server?.destroyed !== false) this.#connections.delete(connection);
	}

	#connect(connection: Connection, port: number) {
		const { client } = connection;
		const server = connect({ port, host: '127.0.0.1', localAddress: this.#address, noDelay: true });
		connection.server = server;
		server.on('error', () => undefined).once('close', () => this.#forget(connection));
		const pipes = { up: new Pipe(client, server, this.weather), down: new Pipe(server, client, this.weather) };
		connection.pipes = pipes;
		return { server, ...pipes };
	}
}
