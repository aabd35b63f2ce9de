import { parseArgs } from 'node:util';
import { move } from '../store/move/move.ts';
import { createProgress } from '../store/move/progress.ts';
import { StoreRejection } from '../store/store.ts';
import { answer, resolveTyped } from './run-command.ts';

// Moves a community from SQLite to PostgreSQL. No server may be running.

const USAGE = 'pnpm --filter @digda/server migrate --from sqlite:<path> --to postgres://<user>@<host>/<database>';

await answer(() => {
	const { from, to } = options();
	const file = /^sqlite:(.+)$/s.exec(from ?? '')?.[1];
	if (file === undefined || !to || !/^postgres(ql)?:\/\//.test(to)) {
		throw new StoreRejection(`migrate needs a source database and an empty target: ${USAGE}`);
	}
	return move(resolveTyped(file), to, createProgress());
});

/** Parses the options. Errors do not repeat them, because they may contain a password. */
function options(): { from?: string; to?: string } {
	try {
		return parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } }).values;
	} catch {
		return {};
	}
}
