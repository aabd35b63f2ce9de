import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { DisplayName, Rename, type ReplyError } from '@digda/protocol';
import { isReservedName } from '@digda/protocol/reserved-name';
import * as v from 'valibot';
import { Refusal } from '../refusal.ts';
import { guestName } from '../rooms/guest-name.ts';
import { roomChannel, roomsOf, userChannel } from './channels.ts';
import type { Chat, ChatData, ChatHandlers, ChatSocket } from './chat-types.ts';
import { connectionOf } from './connection.ts';
import { handler, toReplyError } from './events.ts';

/** 256 bits in base64url. */
const Token = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

const Auth = v.object({ token: v.optional(Token) });

/** Settles who a connection belongs to before it is let in: the bearer of a token, or a new guest. */
export function admitSessions(chat: Chat): void {
	const { namespace, log, metrics, conduct } = chat;
	namespace.use((socket, next) => {
		identify(chat, socket).then(
			(data) => {
				Object.assign(socket.data, data);
				next();
			},
			(error: unknown) => {
				const { code, message, retryAfterMs } = toReplyError(log, error);
				metrics.refused(code);
				// Nobody gets many guesses, although none of them has a chance.
				if (code === 'unauthorized') conduct.offend(connectionOf(socket), 'stray');
				const data: Partial<ReplyError> = { code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
				next(Object.assign(new Error(message), { data }));
			}
		);
	});
}

async function identify({ store, limits }: Chat, socket: ChatSocket): Promise<ChatData> {
	const { address, languages } = connectionOf(socket);
	const auth = v.safeParse(Auth, socket.handshake.auth);
	if (!auth.success) throw new Refusal('unauthorized', 'this is no token of a session');
	if (auth.output.token !== undefined) {
		const user = await store.findSession(hash(auth.output.token));
		if (!user) throw new Refusal('unauthorized', 'there is no such session');
		return { user, address };
	}
	const waitMs = limits.byAddress('session', address);
	if (waitMs > 0) throw new Refusal('rate_limited', 'too many new guests from this address', Math.ceil(waitMs));
	const newToken = randomBytes(32).toString('base64url');
	const name = v.parse(DisplayName, guestName(languages));
	const user = { id: randomUUID(), name };
	await store.createSession(hash(newToken), user, Date.now());
	return { user, address, newToken };
}

/** A token has 256 random bits, so nobody can guess it back from a plain hash. */
function hash(token: string): string {
	return createHash('sha256').update(token).digest('hex');
}

/** Lets a person change what they are called from now on. */
export function handleSession({ namespace, store, peers }: Chat): ChatHandlers<'session:rename'> {
	return {
		'session:rename': handler(Rename, async ({ name }, socket) => {
			if (isReservedName(name)) throw new Refusal('invalid', 'the name is reserved');
			const { id } = socket.data.user;
			const rooms = roomsOf(socket);
			await store.rename(id, name);
			const user = { id, name };
			Object.assign(socket.data.user, user);
			const channels = [userChannel(id), ...rooms.map(roomChannel)];
			namespace.local.to(channels).emit('user:renamed', { user });
			peers.tell('user:rename', { userId: id, rooms });
			return { user };
		})
	};
}
