/** The process that loads a server: takes one task over IPC, and says how far it is and what it found. */
import { nextMessage } from '@digda/testkit/server/messages.ts';
import type { Task, Word } from './task.ts';
import { TASKS, type TaskName } from './tasks.ts';

const say = (word: Word) => process.send?.(word);
const { name, job } = await nextMessage<{ name: TaskName; job: unknown }>(process);
// Without whoever started it, it has nobody to load a server for.
process.once('disconnect', () => process.exit());

// `LoadProcess` sends the job that belongs to the name.
const task = TASKS[name] as Task<unknown, unknown>;
const result = await task(job, async (step) => {
	say({ reached: step });
	await nextMessage(process);
});
say({ ended: result });
