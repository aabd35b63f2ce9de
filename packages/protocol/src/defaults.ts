/** The port on which the server listens unless `PORT` says otherwise. */
export const DEFAULT_SERVER_PORT = 3000;

/** The port of the page in development. It never moves, because the server lets in listed origins only. */
export const CLIENT_DEV_PORT = 5173;
