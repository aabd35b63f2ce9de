import { StoreRefusal } from '../store.ts';
import { fingerprint, isSame } from './fingerprint.ts';
import { partsOf } from './parts.ts';
import type { Progress } from './progress.ts';
import type { Source } from './Source.ts';
import { keyOf, MESSAGES, SMALL_TABLES, type Table } from './tables.ts';
import type { Target } from './Target.ts';

/**
 * Compares all that the two databases hold.
 * @throws {StoreRefusal} they differ, or the log has a hole
 */
export async function verify(source: Source, target: Target, progress: Progress): Promise<void> {
	const tables = [...SMALL_TABLES, MESSAGES];
	const counts = tables.map((table) => source.count(table));
	progress.begin(
		'Comparing rows',
		counts.reduce((sum, count) => sum + count, 0)
	);
	for (const [index, table] of tables.entries()) {
		const [here, there] = [counts[index] ?? 0, await target.count(table)];
		if (here !== there) differ(`${table.name} has ${there} rows, and should have ${here}`);
		await compare(source, target, table, progress);
	}
	const room = await target.roomWithHole();
	if (room !== undefined) differ(`the messages of the room ${room} are not those from 1 to its head`);
	progress.end();
}

async function compare(source: Source, target: Target, table: Table, progress: Progress): Promise<void> {
	for (const { span, rows } of partsOf(source, table)) {
		if (!isSame(await target.fingerprint(table, span), fingerprint(rows))) {
			const [first, last] = [rows[0], rows.at(-1)].map((row) => (row ? keyOf(table, row).join(' ') : 'nothing'));
			// The key of a session is a secret, even hashed.
			const place = table.name === 'sessions' ? '' : ` between ${first} and ${last}`;
			differ(`${table.name} differs from the original${place}`);
		}
		progress.advance(rows.length);
	}
}

function differ(how: string): never {
	throw new StoreRefusal(`the copy is wrong and nothing was switched over: ${how}; begin again with an empty database`);
}
