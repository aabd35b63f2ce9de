import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { DisplayName, Rename, type ReplyError } from '@digda/protocol';
import { isReservedName } from '@digda/protocol/reserved-name';
import * as v from 'valibot';
import { Refusal } from '../refusal.ts';
import { guestName } from '../rooms/guest-name.ts';
import type { Store } from '../store/store.ts';
import { roomChannel, roomsOf, userChannel } from './channels.ts';
import type { Chat, ChatData, ChatSocket } from './chat-types.ts';
import { respond, toReplyError } from './respond.ts';

/** 256 bits in base64url. */
const Token = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

const Auth = v.object({ token: v.optional(Token) });

/** Settles who a connection belongs to before it is let in: the bearer of a token, or a new guest. */
export function admitSessions({ namespace, store, log }: Chat): void {
	namespace.use((socket, next) => {
		identify(store, socket).then(
			(data) => {
				Object.assign(socket.data, data);
				next();
			},
			(error: unknown) => {
				const { code, message } = toReplyError(log, error);
				const data: Partial<ReplyError> = { code };
				next(Object.assign(new Error(message), { data }));
			}
		);
	});
}

async function identify(store: Store, { handshake }: ChatSocket): Promise<ChatData> {
	const auth = v.safeParse(Auth, handshake.auth);
	if (!auth.success) throw new Refusal('unauthorized', 'this is no token of a session');
	if (auth.output.token !== undefined) {
		const user = await store.findSession(hash(auth.output.token));
		if (!user) throw new Refusal('unauthorized', 'there is no such session');
		return { user };
	}
	const newToken = randomBytes(32).toString('base64url');
	const name = v.parse(DisplayName, guestName(handshake.headers['accept-language']));
	const user = { id: randomUUID(), name };
	await store.createSession(hash(newToken), user, Date.now());
	return { user, newToken };
}

/** A token has 256 random bits, so nobody can guess it back from a plain hash. */
function hash(token: string): Uint8Array {
	return createHash('sha256').update(token).digest();
}

/** Lets a person change what they are called from now on. */
export function registerSession({ namespace, store, log }: Chat, socket: ChatSocket): void {
	socket.on(
		'session:rename',
		respond(log, Rename, async ({ name }) => {
			if (isReservedName(name)) throw new Refusal('invalid', 'the name is reserved');
			const { id } = socket.data.user;
			const rooms = roomsOf(socket);
			await store.rename(id, name);
			const user = { id, name };
			Object.assign(socket.data.user, user);
			const channels = [userChannel(id), ...rooms.map(roomChannel)];
			namespace.to(channels).emit('user:renamed', { user });
			return { user };
		})
	);
}
