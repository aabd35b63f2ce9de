import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../../src/store/open-store.ts';
import { databaseFile, recordingLog } from './controlled-store.ts';
import { fill } from './entries.ts';

export const DAMAGED = /not an intact database/;

/** Changes a database without its store, as damage does. */
export function edit(file: string, sql: string): void {
	const database = new DatabaseSync(file, { timeout: 5_000 });
	database.exec(sql);
	database.close();
}

/** A closed database with messages of Ada in the lobby. */
export async function filled(count: number, text?: string) {
	const { file, url } = databaseFile();
	const store = await openStore(url, recordingLog().log);
	await fill(store, count, text);
	await store.close();
	return { file, url };
}
