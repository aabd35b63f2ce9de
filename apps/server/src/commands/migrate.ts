import { parseArgs } from 'node:util';
import { move } from '../store/move/move.ts';
import { createProgress } from '../store/move/progress.ts';
import { StoreRejection } from '../store/store.ts';
import { answer, typedAt } from './run-command.ts';

// Moves a community from SQLite to PostgreSQL, while no server runs.

const USAGE = 'pnpm --filter @digda/server migrate --from sqlite:<path> --to postgres://<user>@<host>/<database>';

await answer(() => {
	const { from, to } = options();
	const file = /^sqlite:(.+)$/s.exec(from ?? '')?.[1];
	if (file === undefined || !to || !/^postgres(ql)?:\/\//.test(to)) {
		throw new StoreRejection(`migrate takes a database to move and an empty one to move it to: ${USAGE}`);
	}
	return move(typedAt(file), to, createProgress());
});

/** Nothing of it is repeated when it is wrong: it may hold a password. */
function options(): { from?: string; to?: string } {
	try {
		return parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } }).values;
	} catch {
		return {};
	}
}
