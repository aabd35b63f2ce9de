/** One end of the IPC channel between two processes: a child, or `process` for its parent. */
interface Channel {
	readonly connected: boolean;
	on(event: string, listener: (message: unknown) => void): unknown;
	off(event: string, listener: (message: unknown) => void): unknown;
}

/**
 * Waits for the next message over IPC, or for the next matching one.
 * @throws when the channel closes instead
 */
export function nextMessage<Message>(channel: Channel, isMeant: (message: Message) => boolean = () => true) {
	return new Promise<Message>((resolve, reject) => {
		function listen(received: unknown): void {
			// The caller knows which messages the other program sends.
			const message = received as Message;
			if (!isMeant(message)) return;
			stop();
			resolve(message);
		}
		function fail(): void {
			stop();
			reject(new Error('the process ended'));
		}
		function stop(): void {
			channel.off('message', listen);
			channel.off('disconnect', fail);
		}
		channel.on('message', listen);
		channel.on('disconnect', fail);
		if (!channel.connected) fail();
	});
}
