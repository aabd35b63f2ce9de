/** The server of the blog post that digda grew from, as published, with rooms as the post explains them. */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer();
const io = new Server(server, { cors: { origin: 'http://localhost:5173' } });

io.on('connection', (socket) => {
	console.log('Client connected:', socket.id);

	socket.on('eventFromClient', (message: string) => {
		console.log('📟 Message from client:', message);
		socket.emit('eventFromServer', `서버입니다: ${message}`);
	});

	socket.on('joinRoom', (room: string, joined: () => void) => {
		void socket.join(room);
		joined();
	});

	socket.on('messageToRoom', (room: string, message: string) => {
		console.log('📟 Message from client:', message);
		io.to(room).emit('messageFromRoom', message);
	});

	socket.on('disconnect', () => {
		console.log('Client disconnected:', socket.id);
	});
});

server.listen(Number(process.env['PORT']), '127.0.0.1', () => {
	const address = server.address();
	console.log(`Server is running on http://localhost:${typeof address === 'object' ? address?.port : ''}`);
});
