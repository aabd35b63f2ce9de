/** Runs a function after `ms` milliseconds. @returns the function that cancels it */
export type Schedule = (ms: number, run: () => void) => () => void;

/** Runs a function while it holds the lock of that name, which all tabs of the browser share. */
export type Exclusive = (name: string, run: () => Promise<void>) => Promise<void>;
