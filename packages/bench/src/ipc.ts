import { once } from 'node:events';

/**
 * Waits for one message of a process that was started, or of the one that started this.
 * @throws when the line between them ends instead
 */
export async function nextMessage<Message>(from: NodeJS.EventEmitter): Promise<Message> {
	const ended = new AbortController();
	const end = () => ended.abort(new Error('the process ended'));
	from.once('disconnect', end);
	try {
		// Each kind of process sends one kind of message.
		const [message] = (await once(from, 'message', { signal: ended.signal })) as [Message];
		return message;
	} finally {
		from.off('disconnect', end);
	}
}
