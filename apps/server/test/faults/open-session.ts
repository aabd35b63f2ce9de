import { Session, type Exclusive, type IdentityStorage, type Schedule } from '@digda/sync';
import { BrowserIdentity } from './BrowserIdentity.ts';
import { FaultSocket, type FaultSocketOptions } from './FaultSocket.ts';

interface OpenSessionOptions extends FaultSocketOptions {
	identities?: IdentityStorage;
	exclusive?: Exclusive | undefined;
	/** The waits of the client pass so many times faster. */
	haste?: number;
}

/** A session over a socket of its own. It does what a person would be asked for: a token that is void makes it a new guest. */
export function openSession({
	identities = new BrowserIdentity().openTab(),
	exclusive,
	haste = 1,
	...options
}: OpenSessionOptions) {
	const socket = new FaultSocket(options);
	const schedule: Schedule = (ms, run) => {
		const timer = setTimeout(run, ms / haste);
		return () => clearTimeout(timer);
	};
	const session = new Session({ socket, identities, schedule, exclusive });
	session.changes.on(() => {
		if (session.isUnknown) void session.continueAsGuest();
	});
	return { socket, session, schedule };
}
