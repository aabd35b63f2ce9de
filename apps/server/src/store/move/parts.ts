import type { Source } from './Source.ts';
import { keyOf, type Row, type Span, type Table } from './tables.ts';

/** How many rows are read, compared and written at once: at most 32 MB of the longest texts. */
export const BATCH = 2_000;

/** A part of a table, and all the rows that the source has in it, in the order of their keys. */
export interface Part {
	span: Span;
	rows: Row[];
}

/** A table of the source, part by part; together the parts leave no place for a row that is in none. */
export function* partsOf(source: Source, table: Table): Generator<Part> {
	let after: string[] | undefined;
	do {
		const rows = source.rowsAfter(table, after, BATCH);
		const last = rows.length === BATCH ? rows.at(-1) : undefined;
		const upTo = last && keyOf(table, last);
		yield { span: { after, upTo }, rows };
		after = upTo;
	} while (after);
}
