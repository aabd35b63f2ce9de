import { MAX_BLOCKED } from '@digda/protocol';
import { answer, change, type Rule } from './state.ts';

/** Blocks a person, or ends that; `full` at `MAX_BLOCKED` people. */
export const block: Rule<[userId: string, blockedId: string, isBlocked: boolean], 'done' | 'full'> = {
	about: (userId) => ({ userId, hasBlocks: true }),
	decide({ blocked }, userId, blockedId, isBlocked) {
		if (blocked.includes(blockedId) === isBlocked) return answer('done');
		if (!isBlocked) return change('done', { remove: 'blocks', where: { userId, blockedId } });
		if (blocked.length >= MAX_BLOCKED) return answer('full');
		return change('done', { insert: 'blocks', row: { userId, blockedId } });
	}
};
