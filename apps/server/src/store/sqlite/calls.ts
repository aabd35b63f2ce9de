import type { Store } from '../store.ts';

/** The methods of a store that its worker answers. */
export type Method = Exclude<keyof Store, 'epoch' | 'isShared' | 'space' | 'close'>;

/** The same methods where the database is at hand: they answer at once. */
export type Calls = {
	[Name in Method]: (...args: Parameters<Store[Name]>) => Awaited<ReturnType<Store[Name]>>;
};

/** How a worker is started; with an epoch it opens the same database again, to read alone when it is a reader. */
export interface WorkerStart {
	file: string;
	epoch?: string;
	isReader?: boolean;
}

/** The first thing that a worker says. */
export type Started = { epoch: string } | { rejection: string };

/** What a worker is asked; without a method, to close and end. */
export type Call = {
	[Name in Method]: { id: number; method: Name; args: Parameters<Store[Name]> };
}[Method];
export type ToWorker = Call | 'close';

/** What a worker answers. After a failure for which the connection is to blame it ends instead. */
export type Answer = { id: number; value?: unknown } | { id: number; failure: string; isUnavailable: boolean };
