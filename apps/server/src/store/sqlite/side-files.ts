/** The suffixes of SQLite's files beside a database. SQLite treats such files as belonging to the database. */
export const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;

/** The suffix of the lock file. */
export const LOCK = '.lock';
