import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { runToExit } from '@digda/testkit/server/process.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { onTestFinished } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { fill } from '../store/support/entries.ts';
import { readMessages } from '../store/support/read.ts';

export const BACKUP = fileURLToPath(new URL('../../src/commands/backup.ts', import.meta.url));
export const RESTORE = fileURLToPath(new URL('../../src/commands/restore.ts', import.meta.url));

/** A directory for a database and its backups, removed when the test ends. */
export function place() {
	const { file, url, remove } = temporaryDatabase();
	onTestFinished(remove);
	return { file, url, directory: dirname(file), copy: join(dirname(file), 'copy.sqlite') };
}

export const run = (program: string, url: string, ...args: string[]) => runToExit(program, { DATABASE_URL: url }, args);

/** Appends messages of Ada to a database and closes it. @returns its epoch */
export async function write(url: string, count: number): Promise<string> {
	const store = await openStore(url, createLogger('silent'));
	await fill(store, count);
	await store.close();
	return store.epoch;
}

/** Reads epoch, head and the number of messages of a database. */
export async function look(url: string) {
	const store = await openStore(url, createLogger('silent'));
	const [[, head] = []] = await store.heads(['lobby']);
	const messages = await readMessages(store);
	await store.close();
	return { epoch: store.epoch, head, count: messages.length };
}

export function query(file: string, sql: string): Record<string, unknown>[] {
	const database = new DatabaseSync(file);
	try {
		return database.prepare(sql).all();
	} finally {
		database.close();
	}
}

/** The path of the replaced database, from the output of `restore`. */
export function keptOf(output: string): string {
	return /the previous database is kept as (.*)\n$/.exec(output)?.[1] ?? 'nowhere';
}
