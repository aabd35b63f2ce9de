import { accept, closeRoom, createRoom, invite, join, leave, removeMember, retitle, revoke } from './rooms.ts';
import { rotateSession } from './sessions.ts';
import type { Rule } from './state.ts';

/** The rules by which rooms, memberships and sessions change, by the methods of a store that they decide about. */
export const RULES = {
	join,
	leave,
	createRoom,
	retitle,
	closeRoom,
	removeMember,
	invite,
	revoke,
	accept,
	rotateSession
};

type Rules = typeof RULES;

/** The methods of a store that rules decide about, each made by `change` from its rule. */
export type Changes<Wrapped extends 'now' | 'promised'> = {
	[Name in keyof Rules]: Rules[Name] extends Rule<infer Args, infer Outcome>
		? (...args: Args) => Wrapped extends 'now' ? Outcome : Promise<Outcome>
		: never;
};

/** Makes the methods of a store from their rules. @param change loads, has the rule decide, and writes */
export function changesBy<Wrapped extends 'now' | 'promised'>(
	change: (rule: Rule<unknown[], unknown>, args: unknown[]) => unknown
): Changes<Wrapped> {
	const methods = Object.entries(RULES).map(([name, rule]) => [
		name,
		// Each method has the arguments of its own rule.
		(...args: unknown[]) => change(rule as unknown as Rule<unknown[], unknown>, args)
	]);
	return Object.fromEntries(methods) as Changes<Wrapped>;
}
