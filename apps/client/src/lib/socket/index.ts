import type { EchoClientToServer, EchoServerToClient } from '@digda/protocol';
import { SocketWrapper } from './SocketWrapper.ts';

export { SocketWrapper, type SocketWrapperOptions } from './SocketWrapper.ts';

/** The connection to the echo, one for the whole page. */
export const echoSocket = new SocketWrapper<EchoServerToClient, EchoClientToServer>();
