import { fingerprint, isSame } from './fingerprint.ts';
import { missingMessages } from './missing-messages.ts';
import { partsOf } from './parts.ts';
import type { Progress } from './progress.ts';
import type { Source } from './Source.ts';
import { MESSAGES, SMALL_TABLES, type Row } from './tables.ts';
import type { Target } from './Target.ts';

/** Copies what the target does not have yet, and so goes on where an earlier run was interrupted. */
export async function copy(source: Source, target: Target, progress: Progress): Promise<void> {
	progress.begin('Copying messages', source.countMessages(), await target.count(MESSAGES));
	await copySmallTables(source, target);
	for await (const batch of missingMessages(source, target)) {
		await target.addMessages(batch, takenBack(source, batch));
		progress.advance(batch.length);
	}
	await target.emptyAsRooms();
	progress.end();
}

/** Writes only the parts in which something has changed, for there is not much that tells where. */
async function copySmallTables(source: Source, target: Target): Promise<void> {
	for (const table of SMALL_TABLES) {
		for (const { span, rows } of partsOf(source, table)) {
			if (!isSame(await target.fingerprint(table, span), fingerprint(rows))) await target.replace(table, span, rows);
		}
	}
}

/** The messages that deletions among these name: they may have been copied when they still had their texts. */
function takenBack(source: Source, batch: readonly Row[]): Row[] {
	return batch.flatMap(({ room, deletes }) =>
		typeof room === 'string' && typeof deletes === 'string' ? source.message(room, Number(deletes)) : []
	);
}
