import type { Exclusive } from '../../src/index.ts';

/** The locks of a browser, which its tabs share: who asks for a name that is taken waits for those before. */
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
