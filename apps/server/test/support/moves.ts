import { fileURLToPath } from 'node:url';
import { runToExit } from '@digda/testkit/server/process.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { expect, onTestFinished } from 'vitest';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openPostgresStore } from '../../src/store/postgres/open-postgres-store.ts';
import { StoreRejection } from '../../src/store/store.ts';
import * as community from './community.ts';

export const MIGRATE = fileURLToPath(new URL('../../src/commands/migrate.ts', import.meta.url));
export const log = createLogger('silent');

export function place() {
	const { file, url, remove } = temporaryDatabase();
	onTestFinished(remove);
	return { file, url };
}

/** A community in a closed database file. */
export async function communityAt() {
	const here = place();
	await community.makeCommunity(here);
	return here;
}

export const run = (from: string, to: string, variables: Record<string, string> = {}) =>
	runToExit(MIGRATE, variables, ['--from', from, '--to', to]);

/** Reads the community from a store, and closes it. */
export async function look(opening: ReturnType<typeof openStore>) {
	const store = await opening;
	const picture = await community.pictureOf(store);
	await store.close();
	return picture;
}

/** The databases, of two, on which a server would start. */
export async function usable(from: string, to: string): Promise<string[]> {
	const names: string[] = [];
	for (const [name, open] of [
		['source', () => openStore(from, log)],
		['target', () => openPostgresStore(to, log)]
	] as const) {
		await open().then(
			(store) => (names.push(name), store.close()),
			(error: unknown) => expect(error).toBeInstanceOf(StoreRejection)
		);
	}
	return names;
}
