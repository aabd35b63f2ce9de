import { randomBytes } from 'node:crypto';
import type { Target } from '@digda/protocol';
import { connectChat, type ChatClientProbe } from './chat.ts';

export const ADMIN_TOKEN = 'the-token-of-the-operator-for-tests';

/** Makes a token as a client does. */
export function newToken(): string {
	return randomBytes(32).toString('base64url');
}

/** A private room with an owner, two members, a removed member, and people who never were in it. */
export interface PrivateRoom {
	room: string;
	/** The secret of an invitation. */
	secret: string;
	people: Record<'owner' | 'member' | 'other' | 'removed' | 'stranger' | 'operator', ChatClientProbe>;
	/** The target of a message of each. */
	targets: Record<'owner' | 'member' | 'other', Target>;
}

/** Makes a private room on a server with `ADMIN_TOKEN`. */
export async function openPrivateRoom(url: string): Promise<PrivateRoom> {
	const [owner, member, other, removed, stranger] = await Promise.all(
		Array.from({ length: 5 }, () => connectChat(url))
	);
	const operator = await connectChat(url, ADMIN_TOKEN);
	if (!owner || !member || !other || !removed || !stranger) throw new Error('a person is missing');
	const { room } = await owner.get('room:create', { title: '비밀 방' });
	const { secret } = await owner.get('room:invite', { room });
	const own = await owner.get('room:invite', { room });
	for (const guest of [member, other]) await guest.get('room:accept', { secret });
	await removed.get('room:accept', { secret: own.secret });
	await owner.get('room:remove', { room, userId: removed.user.id });
	await removed.untilTold('room:left');
	const people = { owner, member, other, removed, stranger, operator };
	const speak = async (name: 'owner' | 'member' | 'other') => {
		await people[name].join(room);
		return people[name].target((await people[name].send(room, `from the ${name}`)).id);
	};
	const targets = { owner: await speak('owner'), member: await speak('member'), other: await speak('other') };
	return { room, secret, people, targets };
}
