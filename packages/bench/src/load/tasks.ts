import { comeBack } from './come-back.ts';
import { holdConnections } from './hold-connections.ts';
import { readPages } from './read-pages.ts';
import { sendAcross } from './send-across.ts';
import { sendMessages } from './send-messages.ts';

/** All tasks of loads. */
export const TASKS = { sendMessages, sendAcross, holdConnections, comeBack, readPages };
export type TaskName = keyof typeof TASKS;

export type JobOf<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type ResultOf<Name extends TaskName> = Awaited<ReturnType<(typeof TASKS)[Name]>>;
