import type { SqlValue } from '../write.ts';

/** A value of a parameter, or a list of values for an array. */
export type Parameter = SqlValue | readonly SqlValue[];

/** Runs statements: a connection or a transaction. */
export interface Sql {
	/** Runs a statement with the parameters `$1`, `$2` …; the caller declares the type of its rows. */
	query<Row>(text: string, parameters?: readonly Parameter[]): Promise<Row[]>;
}
