/**
 * The number of the protocol that this version speaks, and no other. It is raised by a change that a client or server of the
 * version before would misread.
 */
export const PROTOCOL = 2;

/** The port on which the server listens unless `PORT` says otherwise. */
export const DEFAULT_SERVER_PORT = 3000;

/** The port of the page in development. It never moves, because the server lets in listed origins only. */
export const CLIENT_DEV_PORT = 5173;
