/** A minimal server with `ws` alone: an echo, and rooms by `/<room>`, whose messages go to every member. */
import { WebSocketServer, type WebSocket } from 'ws';

const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer({ port: Number(process.env['PORT']), host: '127.0.0.1' });

server.on('connection', (socket, request) => {
	const room = (request.url ?? '/').slice(1);
	const members = rooms.get(room) ?? new Set();
	if (room !== '') rooms.set(room, members.add(socket));
	socket.on('message', (data: Buffer) => {
		const message = data.toString();
		console.log('Message from client:', message);
		for (const member of room === '' ? [socket] : members) member.send(message);
	});
	socket.on('close', () => members.delete(socket));
});

server.on('listening', () => {
	const address = server.address();
	console.log(`Server is running on http://localhost:${typeof address === 'object' ? address?.port : ''}`);
});
