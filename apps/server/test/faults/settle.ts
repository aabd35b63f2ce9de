import { readHeads } from './read-log.ts';
import { DEADLINE_MS, until } from './until.ts';
import { Violation } from './Violation.ts';
import type { World } from './World.ts';

/** Waits until nothing is on its way any more: outboxes settled, timelines at the head. */
export async function settle(world: World, deadlineMs: number = DEADLINE_MS): Promise<void> {
	try {
		await until(() => unsettled(world), deadlineMs);
	} catch (error) {
		throw new Violation(`the clients do not settle, ${String(error)}`);
	}
}

function unsettled({ clients, server, rooms }: World): string | undefined {
	const heads = readHeads(server.database);
	for (const client of clients) {
		const { name, chat, unsettled } = client;
		if (!chat.isReady) return `${name} is not connected`;
		const [entry] = unsettled;
		if (entry) return `${name} still has ${JSON.stringify(entry)}`;
		const { entries, foreign } = chat.outbox;
		const shown = new Set([...entries, ...foreign].map(({ id }) => id));
		const hidden = client.storage.entries.find(({ id }) => !shown.has(id));
		if (hidden) return `${name} has in its storage alone ${JSON.stringify(hidden)}`;
		for (const id of rooms) {
			const { status, timeline, entries, refusal } = chat.open(id);
			const head = heads.get(id) ?? 0;
			if (status !== 'joined') return `${name} is ${status} in ${id}: ${JSON.stringify(refusal)}`;
			if (timeline.to !== head) return `${name} is at ${timeline.to} of ${head} in ${id}`;
			const rest = entries.find(({ state }) => state !== 'failed');
			if (rest) return `${name} shows ${JSON.stringify(rest)} after its timeline`;
		}
	}
	return undefined;
}
