import type { User } from '@digda/protocol';
import type { Write } from '../store/write.ts';
import { answer, change, type Rule } from './state.ts';

/** Replaces all sessions of a user by one. A repetition with the same token changes nothing. */
export const rotateSession: Rule<
	[tokenHash: string, userId: string, now: number, from: string | null],
	'done' | 'unauthorized'
> = {
	about: (_tokenHash, userId) => ({ userId, hasSessions: true }),
	decide({ sessions }, tokenHash, userId, now, from) {
		const isTheirs = from === null || sessions.includes(from) || sessions.includes(tokenHash);
		if (!isTheirs) return answer('unauthorized');
		if (sessions.length === 1 && sessions.includes(tokenHash)) return answer('done');
		return change(
			'done',
			{ remove: 'sessions', where: { userId } },
			{ insert: 'sessions', row: { tokenHash, userId, createdAt: now } },
			{ insert: 'revocations', row: { kind: 'rotated', room: null, userId } }
		);
	}
};

/** The rows of a new guest. */
export function newSession(tokenHash: string, { id, name }: User, now: number): Write[] {
	return [
		{ insert: 'users', row: { id, name, createdAt: now } },
		{ insert: 'sessions', row: { tokenHash, userId: id, createdAt: now } }
	];
}

/** Changes a name. Earlier entries keep the old one. */
export function renamed(userId: string, name: string): Write[] {
	return [{ update: 'users', set: { name }, where: { id: userId } }];
}
