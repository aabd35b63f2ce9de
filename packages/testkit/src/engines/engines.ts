import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The programs around the nodes of a cluster, undefined where this machine lacks them. */
export interface Engines {
	/** The folder that holds `initdb`, `pg_ctl` and the server itself. */
	PostgreSQL: string | undefined;
	/** The path of `redis-server`. */
	Redis: string | undefined;
	/** The path of `nginx`. */
	nginx: string | undefined;
}

/** Debian has a folder for each version, and none of them on the PATH. */
const POSTGRES_VERSIONS = '/usr/lib/postgresql';

/** Folders with servers, which may be missing in the PATH. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** The major version of Redis in Debian 12. Older ones are not supported. */
const OLDEST_REDIS = 7;

/** Finds the servers that the tests of a cluster need. */
export function findEngines(): Engines {
	return { PostgreSQL: findPostgres(), Redis: findRedis(), nginx: findProgram('nginx') };
}

/** The names of the servers that this machine lacks. */
export function missingEngines(): string[] {
	return Object.entries(findEngines()).flatMap(([name, place]) => (place === undefined ? [name] : []));
}

function findPostgres(): string | undefined {
	const versions = existsSync(POSTGRES_VERSIONS) ? readdirSync(POSTGRES_VERSIONS) : [];
	const newestFirst = versions.sort((one, other) => Number(other) - Number(one));
	const folders = newestFirst.map((version) => join(POSTGRES_VERSIONS, version, 'bin'));
	return [...folders, ...pathFolders()].find((folder) => existsSync(join(folder, 'initdb')));
}

function findRedis(): string | undefined {
	const program = findProgram('redis-server');
	if (program === undefined) return undefined;
	const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
	const [, major] = /v=(\d+)\./.exec(stdout) ?? [];
	return Number(major) >= OLDEST_REDIS ? program : undefined;
}

function findProgram(name: string): string | undefined {
	return [...pathFolders(), ...SYSTEM_FOLDERS].map((folder) => join(folder, name)).find((place) => existsSync(place));
}

function pathFolders(): string[] {
	return (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}
