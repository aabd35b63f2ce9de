import { afterEach, expect, test, vi } from 'vitest';
import { lockOrSteal } from '#lib/session/lock.ts';

afterEach(() => {
	vi.unstubAllGlobals();
	vi.restoreAllMocks();
});

/** Creates a task that the test ends. */
function task() {
	let end: () => void = () => undefined;
	const run = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
	return { run, end: () => end() };
}

test('a task waits for an earlier task of the same lock, and not for another lock', async () => {
	const [first, second, other] = [task(), task(), task()];
	const done = [lockOrSteal('same', first.run), lockOrSteal('same', second.run), lockOrSteal('another', other.run)];
	await expect.poll(() => other.run).toHaveBeenCalled();
	expect(second.run).not.toHaveBeenCalled();
	first.end();
	await expect.poll(() => second.run).toHaveBeenCalled();
	second.end();
	other.end();
	await Promise.all(done);
});

test('a lock is stolen after the timeout', async () => {
	const limit = new AbortController();
	vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(new AbortController().signal);
	vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(limit.signal);
	const [stuck, next] = [task(), task()];
	const lost = lockOrSteal('stuck', stuck.run).catch((error: unknown) => error);
	await expect.poll(() => stuck.run).toHaveBeenCalled();
	const taken = lockOrSteal('stuck', next.run);
	limit.abort(new DOMException('too late', 'TimeoutError'));
	await expect.poll(() => next.run).toHaveBeenCalled();
	next.end();
	await taken;
	expect(await lost).toBeInstanceOf(DOMException);
});

test.for([
	['the browser has none', {}],
	['the browser denies them', { locks: { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) } }]
] as const)('a task runs once without a lock if %s', async ([, navigator]) => {
	vi.stubGlobal('navigator', navigator);
	const run = vi.fn(() => Promise.resolve());
	await lockOrSteal('any', run);
	expect(run).toHaveBeenCalledTimes(1);
});

test('a failed task does not run again', async () => {
	const run = vi.fn(() => Promise.reject(new DOMException('its own', 'SecurityError')));
	await expect(lockOrSteal('failing', run)).rejects.toThrow('its own');
	expect(run).toHaveBeenCalledTimes(1);
});
