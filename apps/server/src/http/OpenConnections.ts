import type { Socket } from 'node:net';

/** TCP connections that carry requests of HTTP, by the address of their other side. */
export class OpenConnections {
	readonly #byAddress = new Map<string, Set<Socket>>();

	add(address: string, connection: Socket): void {
		const connections = this.#byAddress.get(address) ?? new Set();
		this.#byAddress.set(address, connections.add(connection));
	}

	/** A connection has closed, or has become a WebSocket. */
	remove(address: string, connection: Socket): void {
		const connections = this.#byAddress.get(address);
		connections?.delete(connection);
		if (connections?.size === 0) this.#byAddress.delete(address);
	}

	/** Ends all of an address: what they have sent and is not read costs nothing any more. */
	end(address: string): void {
		for (const connection of this.#byAddress.get(address) ?? []) connection.destroy();
	}
}
