import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { SocketWrapper } from './SocketWrapper.ts';

export { SocketWrapper, type SocketWrapperOptions } from './SocketWrapper.ts';

/** The options of an open page, which reconnects without a limit of attempts. */
export const PATIENT = { reconnectionAttempts: Infinity, reconnectionDelayMax: 5_000 };

/** The connection to the echo, one for the whole page. */
export const echoSocket = new SocketWrapper<EchoServerToClient, EchoClientToServer>();
