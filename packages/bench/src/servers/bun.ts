/** The WebSocket server of Bun: an echo, and rooms by `/<room>` with its native publish. Run by Bun. */
import './meter.js';

/** The used part of Bun, so that its types need not be installed. */
interface Bun {
	serve: (options: object) => { port: number; publish: (topic: string, data: string) => void };
}
interface BunSocket {
	data: { room: string };
	subscribe: (topic: string) => void;
	send: (data: string) => void;
}

const server = (globalThis as unknown as { Bun: Bun }).Bun.serve({
	port: Number(process.env['PORT']),
	hostname: '127.0.0.1',
	fetch(request: Request, { upgrade }: { upgrade: (request: Request, options: object) => boolean }) {
		const room = new URL(request.url).pathname.slice(1);
		return upgrade.call(server, request, { data: { room } }) ? undefined : new Response('no', { status: 400 });
	},
	websocket: {
		open(socket: BunSocket) {
			if (socket.data.room !== '') socket.subscribe(socket.data.room);
		},
		message(socket: BunSocket, message: string) {
			console.log('Message from client:', message);
			if (socket.data.room === '') socket.send(message);
			else server.publish(socket.data.room, message);
		}
	}
});
console.log(`Server is running on http://localhost:${server.port}`);
