import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClose } from './close.ts';
import { servePage } from './page.ts';
import { attachSockets, type SocketOptions } from './socket/index.ts';

export interface ServerOptions extends SocketOptions {
	/** Where the built page is; without it the server has sockets only. */
	page?: string | undefined;
}

export interface Server {
	http: HttpServer;
	/**
	 * Starts to listen and answers with the port that was taken.
	 * @param port 0 takes any free one
	 * @throws the system's error (`EADDRINUSE`, `EACCES` …) when the port is not to be had
	 */
	listen: (port: number, host?: string) => Promise<number>;
	/** Closes every connection and the port, not the store. Calling it again is harmless. */
	close: () => Promise<void>;
}

/** Builds the whole server, page and sockets, without starting it. */
export function createServer({ page, ...options }: ServerOptions): Server {
	const http = createHttpServer(servePage(page));
	const sockets = attachSockets(http, options);

	return {
		http,
		async listen(port, host) {
			http.listen({ port, host });
			await once(http, 'listening');
			// A TCP server that listens has an address with a port.
			return (http.address() as AddressInfo).port;
		},
		close: createClose(http, sockets)
	};
}
