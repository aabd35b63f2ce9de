import type { User } from '@digda/protocol';
import { skeletonOf } from '@digda/protocol/skeleton';
import { m } from '#lib/paraglide/messages.js';

export { default as LookAlikeMark } from './LookAlikeMark.svelte';

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

/**
 * Compares names with those of the people who are online.
 * @returns whether the name of a person looks like that of another one of them
 */
export function compareNames(online: readonly User[]): (user: User) => boolean {
	const bearers = Map.groupBy(online, ({ name }) => keptSkeletonOf(name));
	return ({ id, name }) => bearers.get(keptSkeletonOf(name))?.some((bearer) => bearer.id !== id) ?? false;
}

/** A name that looks like another one, in a sentence. */
export function describeLookAlike(name: string): string {
	return m.alike_name({ name });
}
