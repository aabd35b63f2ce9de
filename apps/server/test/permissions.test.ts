import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { connectChat } from '@digda/testkit/client/chat.ts';
import { runToExit } from '@digda/testkit/server/process.ts';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';

const BACKUP = fileURLToPath(new URL('../src/commands/backup.ts', import.meta.url));
const RESTORE = fileURLToPath(new URL('../src/commands/restore.ts', import.meta.url));

/** Paths for a database in a directory that does not exist yet. */
function place() {
	const { file, remove } = temporaryDatabase();
	onTestFinished(remove);
	const directory = join(dirname(file), 'data', 'digda');
	return { directory, file: join(directory, 'digda.sqlite'), url: `sqlite:${join(directory, 'digda.sqlite')}` };
}

/** Starts a server under a umask; a message is stored before this resolves. */
async function serve(url: string, umask: number): Promise<ServerProcess> {
	// Threads inherit the umask of the process, and cannot set it.
	const setUmask = `data:text/javascript,import{isMainThread}from'node:worker_threads';if(isMainThread)process.umask(${umask})`;
	const server = await ServerProcess.start({ DATABASE_URL: url }, { nodeArguments: ['--import', setUmask] });
	onTestFinished(() => void server.stop('SIGKILL'));
	const client = await connectChat(server.url, undefined, { reconnection: false });
	await client.join('lobby');
	await client.send('lobby', 'psst');
	return server;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

/** The modes of the files in a directory, by name. */
function modesIn(directory: string): Record<string, string> {
	return Object.fromEntries(readdirSync(directory).map((name) => [name, modeOf(join(directory, name))]));
}

const said = ({ lines }: ServerProcess) =>
	lines.filter(({ msg }) => msg.includes('accessible to other users')).map(({ msg }) => msg);

test.for([0o022, 0])('all files of a new database are its owner’s alone under umask %i', async (umask) => {
	const { directory, url } = place();
	const server = await serve(url, umask);
	const own = {
		'digda.sqlite': '600',
		'digda.sqlite-wal': '600',
		'digda.sqlite-shm': '600',
		'digda.sqlite.lock': '600'
	};
	expect(modesIn(directory)).toEqual(own);
	expect([modeOf(directory), modeOf(dirname(directory))]).toEqual(['700', '700']);
	expect(said(server)).toEqual([]);
});

test('a database that others can read becomes private at the start, with one log line, and keeps its group', async () => {
	const { directory, file, url } = place();
	await (await serve(url, 0o022)).stop('SIGKILL');
	for (const name of readdirSync(directory)) chmodSync(join(directory, name), 0o664);
	chmodSync(directory, 0o755);
	const server = await serve(url, 0o022);
	expect(new Set(Object.values(modesIn(directory)))).toEqual(new Set(['660']));
	expect(modeOf(directory)).toBe('755');
	expect(said(server)).toEqual([
		'The database was accessible to other users of this machine: their access was removed'
	]);
	await server.stop('SIGTERM');
	expect(said(await serve(url, 0o022))).toEqual([]);
	expect(modeOf(file)).toBe('660');
});

test('backups and replaced databases are not readable by others', async () => {
	const { directory, file, url } = place();
	await (await serve(url, 0o022)).stop('SIGTERM');
	const copy = join(directory, 'copy.sqlite');
	expect(await runToExit(BACKUP, { DATABASE_URL: url }, [copy])).toMatchObject({ code: 0 });
	expect(modeOf(copy)).toBe('600');
	// A damaged database is kept with the files beside it.
	writeFileSync(file, 'a diary\n'.repeat(2_000));
	writeFileSync(`${file}-wal`, 'a diary');
	for (const name of [file, `${file}-wal`]) chmodSync(name, 0o666);
	expect(await runToExit(RESTORE, { DATABASE_URL: url }, [copy])).toMatchObject({ code: 0 });
	const modes = modesIn(directory);
	expect(Object.keys(modes).filter((name) => name.includes('before-restore')).length).toBeGreaterThan(1);
	expect(Object.values(modes).filter((mode) => !mode.endsWith('0'))).toEqual([]);

	const other = place();
	mkdirSync(dirname(other.directory));
	expect(await runToExit(RESTORE, { DATABASE_URL: other.url }, [copy])).toMatchObject({ code: 0 });
	expect(modesIn(other.directory)).toEqual({ 'digda.sqlite': '600', 'digda.sqlite.lock': '600' });
	expect(modeOf(other.directory)).toBe('700');
});
