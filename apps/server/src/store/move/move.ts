import { existsSync } from 'node:fs';
import { explain } from '../sqlite/inspect.ts';
import { FileInUse, lockFile } from '../sqlite/lock.ts';
import { prepareFile } from '../sqlite/prepare-file.ts';
import { StoreRefusal } from '../store.ts';
import { copy } from './copy.ts';
import type { Progress } from './progress.ts';
import { Source } from './Source.ts';
import { MESSAGES } from './tables.ts';
import { Target } from './Target.ts';
import { verify } from './verify.ts';

/**
 * Moves a community from SQLite to PostgreSQL. Most of it is copied while a server may run; what it wrote meanwhile is
 * copied once it has stopped. Interrupted at any point it can be called again, and goes on. Servers refuse the target
 * until the source refuses them, so that there are never two logs that go on.
 * @param file an absolute path
 * @returns what has happened, in one line
 * @throws {StoreRefusal} it cannot be, or a server still has the source
 */
export async function move(file: string, url: string, progress: Progress): Promise<string> {
	if (!existsSync(file)) throw new StoreRefusal(`there is no database ${file}`);
	const target = new Target(url);
	try {
		const path = prepareFile(file);
		return (await copyBeside(path, target, progress)) ?? (await finish(path, target, progress));
	} catch (error) {
		throw explain(file, error);
	} finally {
		await target.close();
	}
}

/** Copies beside a server. @returns what there is to say when nothing remains to be done */
async function copyBeside(file: string, target: Target, progress: Progress): Promise<string | undefined> {
	const source = Source.open(file);
	try {
		if ((await target.begin(source)) === undefined) return `${file} has moved to ${target.place} already`;
		await copy(source, target, progress);
		return undefined;
	} finally {
		source.close();
	}
}

/** Copies the rest while no server can start, and has servers use the copy from then on. */
async function finish(file: string, target: Target, progress: Progress): Promise<string> {
	const { release } = lock(file);
	try {
		const source = Source.open(file, true);
		try {
			const { version } = source;
			// Once more, for another database may have been restored meanwhile.
			const id = await target.begin(source);
			if (id === undefined) return `${file} has moved to ${target.place} already`;
			await copy(source, target, progress);
			await target.analyze();
			await verify(source, target, progress);
			// In this order: between the two no server starts anywhere, and starting again ends it.
			source.mark({ id, place: target.place }, version);
			await target.release();
			return `Moved ${file} to ${target.place} (messages: ${source.count(MESSAGES)}): it is what DATABASE_URL names from now on`;
		} finally {
			source.close();
		}
	} finally {
		release();
	}
}

function lock(file: string): ReturnType<typeof lockFile> {
	try {
		return lockFile(file);
	} catch (error) {
		if (!(error instanceof FileInUse)) throw error;
		throw new StoreRefusal(`what ${file} holds so far is copied; stop its server, then run the same command to end it`);
	}
}
