import type { Socket } from 'node:net';

/** Open TCP connections that carry HTTP requests, by remote address. */
export class OpenConnections {
	readonly #byAddress = new Map<string, Set<Socket>>();

	add(address: string, connection: Socket): void {
		const connections = this.#byAddress.get(address) ?? new Set();
		this.#byAddress.set(address, connections.add(connection));
	}

	/** Removes a connection that has closed or become a WebSocket. */
	remove(address: string, connection: Socket): void {
		const connections = this.#byAddress.get(address);
		connections?.delete(connection);
		if (connections?.size === 0) this.#byAddress.delete(address);
	}

	/** Destroys all connections of an address. Data that was not read yet costs nothing more. */
	end(address: string): void {
		for (const connection of this.#byAddress.get(address) ?? []) connection.destroy();
	}
}
