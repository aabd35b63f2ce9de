import { block } from './blocks.ts';
import { accept, closeRoom, createRoom, invite, join, leave, removeMember, retitle, revoke, setRoom } from './rooms.ts';
import { rotateSession } from './sessions.ts';
import type { Rule } from './state.ts';

/** The rules for changes of rooms, memberships and sessions, by store method. */
export const RULES = {
	join,
	leave,
	setRoom,
	createRoom,
	retitle,
	closeRoom,
	removeMember,
	invite,
	revoke,
	accept,
	rotateSession,
	block
};

type Rules = typeof RULES;

/** The store methods that are made from the rules. */
export type Changes<Wrapped extends 'now' | 'promised'> = {
	[Name in keyof Rules]: Rules[Name] extends Rule<infer Args, infer Outcome>
		? (...args: Args) => Wrapped extends 'now' ? Outcome : Promise<Outcome>
		: never;
};

/** Makes the store methods from the rules. @param change loads the state, runs the decision of the rule and writes */
export function changesBy<Wrapped extends 'now' | 'promised'>(
	change: (rule: Rule<unknown[], unknown>, args: unknown[]) => unknown
): Changes<Wrapped> {
	const methods = Object.entries(RULES).map(([name, rule]) => [
		name,
		// Each method takes the arguments of its rule.
		(...args: unknown[]) => change(rule as unknown as Rule<unknown[], unknown>, args)
	]);
	return Object.fromEntries(methods) as Changes<Wrapped>;
}
