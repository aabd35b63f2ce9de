/** Runs something later, in milliseconds. @returns what prevents it */
export type Schedule = (ms: number, run: () => void) => () => void;

/** Runs something while nobody else in this browser runs under the same name. */
export type Exclusive = (name: string, run: () => Promise<void>) => Promise<void>;
