import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { SocketWrapper } from './SocketWrapper.ts';

export { SocketWrapper, type SocketWrapperOptions } from './SocketWrapper.ts';

/** A page that is open wants its connection back, however long that takes. */
export const PATIENT = { reconnectionAttempts: Infinity, reconnectionDelayMax: 5_000 };

/** The connection to the echo, one for the whole page. */
export const echoSocket = new SocketWrapper<EchoServerToClient, EchoClientToServer>();
