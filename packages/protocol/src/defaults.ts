/**
 * The only protocol version that this release speaks. A change raises it when the previous release would misread the
 * change.
 */
export const PROTOCOL = 3;

/** The server's port unless `PORT` sets another. */
export const DEFAULT_SERVER_PORT = 3000;

/** The port of the page in development. It is fixed, because the server allows listed origins only. */
export const CLIENT_DEV_PORT = 5173;
