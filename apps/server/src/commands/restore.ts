import { restore } from '../store/sqlite/restore.ts';
import { runCommand } from './run-command.ts';

// Puts a backup in the place of the database, while no server runs.

runCommand('restore', (database, file) => {
	const { rooms, messages, kept } = restore(file, database);
	const before = kept === undefined ? '' : `; the database of before is kept as ${kept}`;
	return `Restored ${database} (rooms: ${rooms}, messages: ${messages})${before}`;
});
