import { NOTHING, RECORD, UNIT } from './fingerprint.ts';
import type { Kind, Span, Table } from './tables.ts';

/** Part of a statement for PostgreSQL, and its parameters. */
interface Statement {
	text: string;
	values: string[];
}

/** A column as the text that SQLite makes of it, and a value out of that text. */
const TO_TEXT: Record<Kind, (column: string) => string> = {
	text: (column) => column,
	number: (column) => `${column}::text`,
	boolean: (column) => `${column}::int::text`,
	bytes: (column) => `'\\x' || encode(${column}, 'hex')`
};
const FROM_TEXT: Record<Kind, (parameter: string) => string> = {
	text: (parameter) => `${parameter}::text`,
	number: (parameter) => `${parameter}::text::bigint`,
	boolean: (parameter) => `${parameter}::text::boolean`,
	bytes: (parameter) => `decode(substr(${parameter}::text, 3), 'hex')`
};

/**
 * The condition that a row is in a part of a table. Values of a key's second column are compared only where that of the
 * first is given: a comparison of both as one would read all messages of a room.
 */
export function inSpan({ key: [first, second], columns }: Table, { after, upTo }: Span): Statement {
	const values: string[] = [];
	const compare = (column: string | undefined, operator: string, value: string | undefined) => {
		if (column === undefined || value === undefined) return 'TRUE';
		values.push(value);
		return `${column} ${operator} ${FROM_TEXT[columns[column] ?? 'text'](`$${values.length}`)}`;
	};
	const all = (...conditions: string[]) => `(${conditions.join(' AND ')})`;

	if (second === undefined)
		return { text: all(compare(first, '>', after?.[0]), compare(first, '<=', upTo?.[0])), values };
	const afterFirst = () => compare(second, '>', after?.[1]);
	const upToLast = () => compare(second, '<=', upTo?.[1]);
	if (after && upTo && after[0] === upTo[0]) {
		return { text: all(compare(first, '=', after[0]), afterFirst(), upToLast()), values };
	}
	const alternatives = [
		...(after ? [all(compare(first, '=', after[0]), afterFirst())] : []),
		all(compare(first, '>', after?.[0]), compare(first, '<', upTo?.[0])),
		...(upTo ? [all(compare(first, '=', upTo[0]), upToLast())] : [])
	];
	return { text: `(${alternatives.join(' OR ')})`, values };
}

/** The fingerprint of a part of a table, as `fingerprint` makes it. */
export function spanFingerprint(table: Table, span: Span): Statement {
	const columns = Object.entries(table.columns).map(
		([column, kind]) => `coalesce(${TO_TEXT[kind](column)}, ${character(NOTHING)})`
	);
	const { text, values } = inSpan(table, span);
	const records = `string_agg(concat_ws(${[character(UNIT), ...columns].join(', ')}), ${character(RECORD)} ORDER BY ${table.key.join(', ')})`;
	return {
		text: `SELECT count(*), encode(sha256(convert_to(coalesce(${records}, ''), 'UTF8')), 'hex') AS hash
			FROM ${table.name} WHERE ${text}`,
		values
	};
}

function character(of: string): string {
	return `chr(${of.codePointAt(0) ?? 0})`;
}
