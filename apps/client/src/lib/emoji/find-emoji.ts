import { rank } from '@digda/protocol/rank';

/** An emoji with its name. */
export interface FoundEmoji {
	emoji: string;
	name: string;
}

const EMOJI = [
	{ emoji: '👍', names: ['좋아요', 'thumbs up', '+1'] },
	{ emoji: '❤️', names: ['하트', 'heart'] },
	{ emoji: '😂', names: ['웃음', 'joy'] },
	{ emoji: '🎉', names: ['축하', 'tada', 'party'] },
	{ emoji: '🙏', names: ['부탁', 'thanks', 'pray'] },
	{ emoji: '👀', names: ['눈', 'eyes'] }
];

/** Finds emoji by their names, the best first. */
export function findEmoji(query: string): Promise<FoundEmoji[]> {
	const found = EMOJI.flatMap(({ emoji, names }) => {
		const ranked = names.flatMap((name) => {
			const place = rank(query, name);
			return place === undefined ? [] : [{ emoji, name, place }];
		});
		return ranked.sort((one, other) => one.place - other.place).slice(0, 1);
	});
	return Promise.resolve(found.sort((one, other) => one.place - other.place));
}
