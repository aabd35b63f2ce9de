import { BATCH } from './parts.ts';
import type { Source } from './Source.ts';
import type { Row } from './tables.ts';
import type { Target } from './Target.ts';

/** Of how many rooms the heads are compared at once. */
const ROOMS = 1_000;

/** The messages after the newest that the target has of each room, in batches that hold those of several small rooms. */
export async function* missingMessages(source: Source, target: Target): AsyncGenerator<Row[]> {
	let batch: Row[] = [];
	for await (const { room, copied } of roomsBehind(source, target)) {
		let after = copied;
		for (;;) {
			const rows = source.messagesAfter(room, after, BATCH - batch.length);
			batch.push(...rows);
			if (batch.length < BATCH) break;
			yield batch;
			batch = [];
			after = Number(rows.at(-1)?.['seq']);
		}
	}
	if (batch.length > 0) yield batch;
}

async function* roomsBehind(source: Source, target: Target): AsyncGenerator<{ room: string; copied: number }> {
	let after = '';
	for (;;) {
		const heads = source.roomsAfter(after, ROOMS);
		const copied = await target.copiedHeads(heads.map(({ room }) => room));
		for (const { room, head } of heads) {
			const here = copied.get(room) ?? 0;
			if (here < head) yield { room, copied: here };
			after = room;
		}
		if (heads.length < ROOMS) return;
	}
}
