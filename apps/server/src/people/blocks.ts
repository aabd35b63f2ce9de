import { BlockPerson, MAX_BLOCKED } from '@digda/protocol';
import { RejectionError } from '../rejection.ts';
import { userChannel } from '../socket/channels.ts';
import type { Chat, ChatHandler } from '../socket/chat-types.ts';
import { handler } from '../socket/events.ts';

/** Blocks a person, or ends that, and tells the other connections of the requester alone. */
export function blockPerson({ store, storage, nodes }: Chat): ChatHandler<'person:block'> {
	return handler(BlockPerson, async ({ userId, isBlocked }, socket) => {
		const own = socket.data.user.id;
		if (userId === own) throw new RejectionError('invalid', 'a person cannot block themselves');
		const block = () => store.block(own, userId, isBlocked);
		const isNew = (outcome: 'done' | 'full') => isBlocked && outcome === 'done';
		// The end of a block must always be possible.
		const outcome = isBlocked ? await storage.store('person:block', socket.data, block, { isNew }) : await block();
		if (outcome === 'full') throw new RejectionError('forbidden', `a person blocks at most ${MAX_BLOCKED} people`);
		socket.local.to(userChannel(own)).emit('person:blocked', { userId, isBlocked });
		nodes.send('user:change', { userId: own, blocked: userId });
		return {};
	});
}
