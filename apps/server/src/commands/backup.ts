import { backup } from '../store/sqlite/backup.ts';
import { runCommand } from './run-command.ts';

// Copies the database into a new file. A server may be running.

runCommand('backup', (database, file) => {
	const { rooms, messages } = backup(database, file);
	return `Backed up to ${file} (rooms: ${rooms}, messages: ${messages})`;
});
