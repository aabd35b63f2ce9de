/** Runs a function after `ms` milliseconds. @returns the function that cancels it */
export type Schedule = (ms: number, run: () => void) => () => void;

/** Runs a function while it holds the lock of that name, which all tabs of the browser share. */
export type Exclusive = (name: string, run: () => Promise<void>) => Promise<void>;

/** Runs something at once, where a browser has no locks: then two tabs may do the same. The server stores an entry once. */
export const withoutLock: Exclusive = (_name, run) => run();
