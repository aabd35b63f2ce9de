/** What SQLite keeps beside a database, by the ends of their names; it takes what it finds there for the database's own. */
export const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;

/** How the name of a lock ends, after that of its database. */
export const LOCK = '.lock';
