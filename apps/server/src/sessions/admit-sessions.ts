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

/** 256 bits in base64url, or the operator's own token. */
const Token = v.pipe(v.string(), v.regex(/^[\w.~-]{32,128}$/));

/** The name is reserved, so that no other user can have it. */
const OPERATOR: User = { id: 'operator', name: 'Operator' };

/** The first clients sent no protocol number and speak 1. */
const Auth = v.object({ protocol: v.optional(v.unknown(), 1), token: v.optional(Token) });

/** The retry time of a newer client: this node is about to be updated. */
const UPDATE_MS = 5_000;

/** Identifies the user of a connection before it is admitted: by its token, or as a new guest. */
export function admitSessions(chat: Chat): void {
	const { namespace, logs, boundary, metrics, conduct } = chat;

	function reject(socket: ChatSocket, reason: unknown): Error {
		const { code, message, retryAfterMs } = toRejection(logs.failures, reason);
		metrics.rejected(code);
		// Limits guesses of tokens, although none can succeed in practice.
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
	if (!auth.success) throw new RejectionError('unauthorized', 'the token has an invalid form');
	checkProtocol(auth.output.protocol);
	if (auth.output.token !== undefined) {
		const tokenHash = hash(auth.output.token);
		const isOperator = isSame(tokenHash, adminToken);
		const user = isOperator ? await operatorOf(store, tokenHash) : await store.findSession(tokenHash);
		// The operator's token no longer counts after the environment loses it.
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
		limits.queued(user.id, address, () => store.createSession(tokenHash, user, Date.now()))
	);
	return { user, address, tokenHash, newToken };
}

function checkProtocol(protocol: unknown): void {
	if (protocol === PROTOCOL) return;
	if (typeof protocol === 'number' && protocol > PROTOCOL) {
		throw new RejectionError('unavailable', `this server speaks protocol ${PROTOCOL}`, UPDATE_MS);
	}
	throw new RejectionError('outdated', `this client is outdated: the server speaks protocol ${PROTOCOL}`);
}

/** The operator, whose session follows the token of the environment. */
async function operatorOf(store: Store, tokenHash: string): Promise<User> {
	const known = await store.findSession(tokenHash);
	if (known) return known;
	if (await store.findUser(OPERATOR.id)) await store.rotateSession(tokenHash, OPERATOR.id, Date.now(), null);
	else await store.createSession(tokenHash, OPERATOR, Date.now());
	return (await store.findUser(OPERATOR.id)) ?? OPERATOR;
}

/** Compares in constant time. */
function isSame(tokenHash: string, token: string | undefined): boolean {
	return token !== undefined && timingSafeEqual(Buffer.from(tokenHash), Buffer.from(hash(token)));
}
