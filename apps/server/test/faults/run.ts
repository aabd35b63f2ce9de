/** Plays any number of schedules: `pnpm test:faults --schedules 1000 --seed 1`. The same seed makes the same schedules. */
import { playSchedule } from './play.ts';
import { runSchedules } from './run-schedules.ts';

await runSchedules('pnpm test:faults', () => Promise.resolve({ play: playSchedule, close: () => Promise.resolve() }));
