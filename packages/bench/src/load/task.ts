/** What the process of a load tells the one that started it: that it has come to a step, or what it found. */
export type Word = { reached: string } | { ended: unknown };

/** Says that a step of a task is reached, and waits until one is told to go on. */
export type Reach = (step: string) => Promise<void>;

/** What a load does to a server. */
export type Task<Job, Result> = (job: Job, reach: Reach) => Promise<Result>;
