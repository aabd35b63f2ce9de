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
 * Moves a community from a SQLite file to an empty PostgreSQL database while no server has either. There is one log at any
 * moment: the target is filled, then the source says that its log has gone, then servers may have the target. Killed at any
 * point, the same command ends the move.
 * @returns what there is to say, in one line
 * @throws {StoreRejection} it cannot be moved, or a server still has the file
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
	return `Moved ${file} to ${target.place} (messages: ${source.count('messages')}): it is what DATABASE_URL names from now on`;
}

function lock(file: string): ReturnType<typeof lockFile> {
	try {
		return lockFile(file);
	} catch (error) {
		if (!(error instanceof FileInUse)) throw error;
		throw new StoreRejection(`a server has ${file}: stop it, then run the command again`);
	}
}
