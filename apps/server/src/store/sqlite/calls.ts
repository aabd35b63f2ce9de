import type { Store } from '../store.ts';

/** The store methods that a worker runs. */
export type Method = Exclude<keyof Store, 'epoch' | 'isShared' | 'space' | 'close'>;

/** The same methods inside the worker, where they are synchronous. */
export type Calls = {
	[Name in Method]: (...args: Parameters<Store[Name]>) => Awaited<ReturnType<Store[Name]>>;
};

/** The start data of a worker. With an epoch, it reopens the same database; a reader opens it read-only. */
export interface WorkerStart {
	file: string;
	epoch?: string;
	isReader?: boolean;
}

/** The first message of a worker. */
export type Started = { epoch: string } | { rejection: string };

/** A call of a method. */
export type Call = {
	[Name in Method]: { id: number; method: Name; args: Parameters<Store[Name]> };
}[Method];
export type ToWorker = Call | 'close';

/** The answer of a worker. After a failure of the connection, the worker ends instead. */
export type Answer = { id: number; value?: unknown } | { id: number; failure: string; isUnavailable: boolean };
