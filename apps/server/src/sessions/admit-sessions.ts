import { randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { DisplayName, PROTOCOL, type Rejection, type User } from '@digda/protocol';
import * as v from 'valibot';
import { RejectionError } from '../rejection.ts';
import { guestName } from './guest-name.ts';
import type { Store } from '../store/store.ts';
import type { Chat, ChatData, ChatSocket } from '../socket/chat-types.ts';
import { connectionOf, cutFailed } from '../socket/connection.ts';
import { toRejection } from '../socket/events.ts';
import { hash } from './secret.ts';

/** 256 bits in base64url, or what the operator has chosen. */
const Token = v.pipe(v.string(), v.regex(/^[\w.~-]{32,128}$/));

/** The name is reserved, so that nobody else has it. */
const OPERATOR: User = { id: 'operator', name: 'Operator' };

/** Clients from before there was a number speak the first. */
const Auth = v.object({ protocol: v.optional(v.unknown(), 1), token: v.optional(Token) });

/** A newer client has come to this node before its update. */
const UPDATE_MS = 5_000;

/** Settles who a connection belongs to before it is let in: the bearer of a token, or a new guest. */
export function admitSessions(chat: Chat): void {
	const { namespace, logs, boundary, metrics, conduct } = chat;

	function reject(socket: ChatSocket, reason: unknown): Error {
		const { code, message, retryAfterMs } = toRejection(logs.failures, reason);
		metrics.rejected(code);
		// Nobody gets many guesses, although none of them has a chance.
		if (code === 'unauthorized') conduct.offend(connectionOf(socket), 'stray');
		const data: Partial<Rejection> = { code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
		return Object.assign(new Error(message), { data });
	}

	async function admit(socket: ChatSocket, next: (rejection?: Error) => void): Promise<void> {
		let rejection: Error | undefined;
		try {
			Object.assign(socket.data, await identify(chat, socket));
		} catch (error) {
			rejection = reject(socket, error);
		}
		next(rejection);
	}

	namespace.use(boundary.guard(admit, cutFailed));
}

async function identify({ store, limits, storage, adminToken }: Chat, socket: ChatSocket): Promise<ChatData> {
	const { address, languages } = connectionOf(socket);
	const auth = v.safeParse(Auth, socket.handshake.auth);
	if (!auth.success) throw new RejectionError('unauthorized', 'this is no token of a session');
	mustSpeak(auth.output.protocol);
	if (auth.output.token !== undefined) {
		const tokenHash = hash(auth.output.token);
		const isOperator = isSame(tokenHash, adminToken);
		const user = isOperator ? await operatorOf(store, tokenHash) : await store.findSession(tokenHash);
		// A token that was taken out of the environment is none any more.
		if (!user || (user.id === OPERATOR.id && !isOperator)) {
			throw new RejectionError('unauthorized', 'there is no such session');
		}
		return { user, address, tokenHash, ...(isOperator && { isOperator }) };
	}
	const waitMs = limits.byAddress('session', address);
	if (waitMs > 0) throw new RejectionError('rate_limited', 'too many new guests from this address', Math.ceil(waitMs));
	const newToken = randomBytes(32).toString('base64url');
	const name = v.parse(DisplayName, guestName(languages));
	const user = { id: randomUUID(), name };
	const tokenHash = hash(newToken);
	await storage.store('session:new', { address }, async () =>
		limits.inTurn(user.id, address, () => store.createSession(tokenHash, user, Date.now()))
	);
	return { user, address, tokenHash, newToken };
}

function mustSpeak(protocol: unknown): void {
	if (protocol === PROTOCOL) return;
	if (typeof protocol === 'number' && protocol > PROTOCOL) {
		throw new RejectionError('unavailable', `this server speaks protocol ${PROTOCOL}`, UPDATE_MS);
	}
	throw new RejectionError('outdated', `this client is outdated: the server speaks protocol ${PROTOCOL}`);
}

/** The one operator, whose session goes with the token of the environment. */
async function operatorOf(store: Store, tokenHash: string): Promise<User> {
	const known = await store.findSession(tokenHash);
	if (known) return known;
	if (await store.findUser(OPERATOR.id)) await store.rotateSession(tokenHash, OPERATOR.id, Date.now(), null);
	else await store.createSession(tokenHash, OPERATOR, Date.now());
	return (await store.findUser(OPERATOR.id)) ?? OPERATOR;
}

/** Compares in the same time, however much is the same. */
function isSame(tokenHash: string, token: string | undefined): boolean {
	return token !== undefined && timingSafeEqual(Buffer.from(tokenHash), Buffer.from(hash(token)));
}
