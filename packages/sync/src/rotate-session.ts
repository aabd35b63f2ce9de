import type { IdentityStorage } from './Identity.ts';
import { ConnectionLost, dataOf } from './requests.ts';
import type { Session } from './Session.ts';

/**
 * Replaces all sessions of the user by that of this browser, in all of its tabs.
 * @throws {RejectionError}
 * @throws {ConnectionLost} the client does not know whether it was done; it can be done again
 */
export async function rotateSession(session: Session, identities: IdentityStorage): Promise<void> {
	const identity = identities.read();
	// Another tab may have made this browser another user's.
	if (!identity || identity.user.id !== session.user?.id) throw new ConnectionLost('there is no session yet');
	// The server may have taken the token of an earlier attempt.
	const next = identity.next ?? createToken();
	identities.write({ ...identity, next });
	dataOf(await session.ask('session:rotate', { token: next }));
	// The user may have another name since.
	const user = identities.read()?.user ?? identity.user;
	identities.write({ token: next, user });
}

/** A token of a session: 256 random bits in base64url. */
function createToken(): string {
	const bytes = crypto.getRandomValues(new Uint8Array(32));
	const letters = btoa(String.fromCharCode(...bytes));
	return letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
