import { randomUUID } from 'node:crypto';
import { createLogger } from '@digda/server/log.ts';
import { openStore } from '@digda/server/store/open-store.ts';

const BATCH = 1_000;
const TEXT = '가나다라 '.repeat(8);

/** Fills rooms of a closed database. @param rooms the number of messages of each room, by name */
export async function fillRooms(file: string, rooms: Record<string, number>): Promise<void> {
	const store = await openStore(`sqlite:${file}`, createLogger('warn'));
	const author = { id: randomUUID(), name: 'Guest 1234' };
	for (const [room, length] of Object.entries(rooms)) {
		await store.join(author.id, room, 0);
		for (let done = 0; done < length; done += BATCH) {
			const batch = Array.from({ length: Math.min(BATCH, length - done) }, (_, index) => ({
				...{ kind: 'message' as const, room, id: randomUUID(), author, isOperator: false, sentAt: done + index },
				text: `message ${done + index} ${TEXT}`
			}));
			await store.append(batch, []);
		}
	}
	await store.close();
}
