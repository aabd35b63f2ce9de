import type { Exclusive } from '../../src/index.ts';

/** The locks of a browser, which its tabs share. A request for a held lock waits for the earlier ones. */
export function createLocks(): Exclusive {
	const last = new Map<string, Promise<void>>();
	return (name, run) => {
		const turn = (last.get(name) ?? Promise.resolve()).then(run);
		last.set(
			name,
			turn.catch(() => undefined)
		);
		return turn;
	};
}
