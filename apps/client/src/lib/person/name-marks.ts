import type { User } from '@digda/protocol';
import { skeletonOf } from '@digda/protocol/skeleton';
import { m } from '#lib/paraglide/messages.js';

export { default as MarkedName } from './MarkedName.svelte';

/** The size of the cache of skeletons: more names than a room shows. */
const MAX_CACHED = 1_000;

const skeletons = new Map<string, string>();

function cachedSkeletonOf(name: string): string {
	const known = skeletons.get(name);
	if (known !== undefined) return known;
	if (skeletons.size >= MAX_CACHED) skeletons.clear();
	const skeleton = skeletonOf(name);
	skeletons.set(name, skeleton);
	return skeleton;
}

/** The mark of a name. */
export interface NameMark {
	/** Tells whether another person has a name that looks like it. */
	isAlike: boolean;
	/** The later name of the person, if it differs. */
	later: string | undefined;
}

/**
 * Compares names with each other.
 * @param people a user for each displayed name; the last name of a person is the latest
 * @returns the function that returns the mark of a name; undefined without one
 */
export function compareNames(people: readonly User[]): (user: User) => NameMark | undefined {
	const bearers = new Map<string, Set<User['id']>>();
	const latest = new Map<User['id'], string>();
	for (const { id, name } of people) {
		const skeleton = cachedSkeletonOf(name);
		bearers.set(skeleton, (bearers.get(skeleton) ?? new Set()).add(id));
		latest.set(id, name);
	}
	return ({ id, name }) => {
		const others = bearers.get(cachedSkeletonOf(name));
		const isAlike = others !== undefined && others.size > (others.has(id) ? 1 : 0);
		const last = latest.get(id);
		const later = last === name ? undefined : last;
		return isAlike || later !== undefined ? { isAlike, later } : undefined;
	};
}

/** Describes a name that looks like another one, for a sentence. */
export function describeLookAlike(name: string): string {
	return m.alike_name({ name });
}
