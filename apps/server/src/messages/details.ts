import { ReadReactors, ReadVersions } from '@digda/protocol';
import { RejectionError } from '../rejection.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';

const REASONS = {
	not_found: 'there is no such message',
	forbidden: 'only the author may read the versions of a message',
	gone: 'the message was deleted'
} as const;

/** Reads the earlier versions of an own message. */
export function readVersions({ store }: Chat): ChatHandler<'message:versions'> {
	return handler(ReadVersions, async ({ room, target }, { data }) => {
		const versions = await store.versions(data.user.id, room, target);
		if (typeof versions === 'string') throw new RejectionError(versions, REASONS[versions]);
		return { versions };
	});
}

/** Reads the people who have set a reaction. */
export function readReactors({ store }: Chat): ChatHandler<'message:reactors'> {
	return handler(ReadReactors, async ({ room, target, emoji }, { data }) => {
		const people = await store.reactors(data.user.id, room, target, emoji);
		if (people === 'not_found') throw new RejectionError(people, REASONS[people]);
		return { people };
	});
}
