/** A message of a load to its parent: a reached step, or the result. */
export type Word = { reached: string } | { ended: unknown };

/** Reports a reached step of a task, and waits until the parent lets it go on. */
export type Reach = (step: string) => Promise<void>;

/** A load on a server. */
export type Task<Job, Result> = (job: Job, reach: Reach) => Promise<Result>;
