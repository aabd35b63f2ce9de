/** The process that loads a server: it takes one task over IPC, and reports its steps and its result. */
import { nextMessage } from '@digda/testkit/server/messages.ts';
import type { Task, Word } from './task.ts';
import { TASKS, type TaskName } from './tasks.ts';

const say = (word: Word) => process.send?.(word);
const { name, job } = await nextMessage<{ name: TaskName; job: unknown }>(process);
// The parent is gone.
process.once('disconnect', () => process.exit());

// `LoadProcess` sends a job of this task.
const task = TASKS[name] as Task<unknown, unknown>;
const result = await task(job, async (step) => {
	say({ reached: step });
	await nextMessage(process);
});
say({ ended: result });
