import { restore } from '../store/sqlite/restore.ts';
import { runCommand } from './run-command.ts';

// Replaces the database with a backup. No server may be running.

runCommand('restore', (database, file) => {
	const { rooms, messages, kept } = restore(file, database);
	const before = kept === undefined ? '' : `; the previous database is kept as ${kept}`;
	return `Restored ${database} (rooms: ${rooms}, messages: ${messages})${before}`;
});
