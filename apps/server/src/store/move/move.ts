import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { explain } from '../sqlite/inspect.ts';
import { FileInUse, lockFile } from '../sqlite/lock.ts';
import { prepareFile } from '../sqlite/prepare-file.ts';
import { StoreRejection } from '../store.ts';
import type { Progress } from './progress.ts';
import { Source } from './Source.ts';
import { Target } from './Target.ts';

/**
 * Moves a community from a SQLite file to an empty PostgreSQL database. No server may use either. There is only one
 * usable log at any time: the command fills the target, marks the source as moved, then releases the target. After a
 * kill at any point, the same command completes the move.
 * @returns the result in one line
 * @throws {StoreRejection} the move is impossible, or a server uses the file
 */
export async function move(file: string, url: string, progress: Progress): Promise<string> {
	if (!existsSync(file)) throw new StoreRejection(`there is no database ${file}`);
	const target = new Target(url);
	try {
		const path = prepareFile(file);
		const { release } = lock(path);
		try {
			const source = new Source(path);
			try {
				return await moveTo(target, path, source, progress);
			} finally {
				source.close();
			}
		} finally {
			release();
		}
	} catch (error) {
		throw explain(file, error);
	} finally {
		target.close();
	}
}

async function moveTo(target: Target, file: string, source: Source, progress: Progress): Promise<string> {
	const { epoch, moved } = source;
	if (moved) {
		const state = await target.stateOf(epoch);
		if (state === 'ended') return `${file} has moved to ${target.place} already`;
		if (state?.id !== moved.id) throw new StoreRejection(`the log has moved to ${moved.place} already`);
	} else {
		const id = randomUUID();
		await target.fill(source, id, progress);
		source.mark({ id, place: target.place });
	}
	await target.release();
	return `Moved ${file} to ${target.place} (messages: ${source.count('messages')}): set DATABASE_URL to the new database`;
}

function lock(file: string): ReturnType<typeof lockFile> {
	try {
		return lockFile(file);
	} catch (error) {
		if (!(error instanceof FileInUse)) throw error;
		throw new StoreRejection(`a server uses ${file}: stop it, then run the command again`);
	}
}
