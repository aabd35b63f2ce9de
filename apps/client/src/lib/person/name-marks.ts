import type { User } from '@digda/protocol';
import { skeletonOf } from '@digda/protocol/skeleton';
import { m } from '#lib/paraglide/messages.js';

export { default as MarkedName } from './MarkedName.svelte';

/** So many names are kept with their skeletons: more than a room shows. */
const MAX_KEPT = 1_000;

const skeletons = new Map<string, string>();

function keptSkeletonOf(name: string): string {
	const known = skeletons.get(name);
	if (known !== undefined) return known;
	if (skeletons.size >= MAX_KEPT) skeletons.clear();
	const skeleton = skeletonOf(name);
	skeletons.set(name, skeleton);
	return skeleton;
}

/** What a reader must be told about a name. */
export interface NameMark {
	/** Whether somebody else has a name that looks like it. */
	isAlike: boolean;
	/** What its bearer was called later, if that is something else. */
	later: string | undefined;
}

/**
 * Compares names with each other.
 * @param people under each name that is shown of them; the last one of a person is the latest
 * @returns what is to be told about a name, if anything
 */
export function compareNames(people: readonly User[]): (user: User) => NameMark | undefined {
	const bearers = new Map<string, Set<User['id']>>();
	const latest = new Map<User['id'], string>();
	for (const { id, name } of people) {
		const skeleton = keptSkeletonOf(name);
		bearers.set(skeleton, (bearers.get(skeleton) ?? new Set()).add(id));
		latest.set(id, name);
	}
	return ({ id, name }) => {
		const others = bearers.get(keptSkeletonOf(name));
		const isAlike = others !== undefined && others.size > (others.has(id) ? 1 : 0);
		const last = latest.get(id);
		const later = last === name ? undefined : last;
		return isAlike || later !== undefined ? { isAlike, later } : undefined;
	};
}

/** A name that looks like another one, in a sentence. */
export function describeLookAlike(name: string): string {
	return m.alike_name({ name });
}
