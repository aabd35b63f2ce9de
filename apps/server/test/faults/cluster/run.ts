/** Plays any number of schedules with three nodes: `pnpm test:faults:cluster --schedules 300 --seed 1`. */
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { runSchedules } from '../run-schedules.ts';
import { closeGround, openGround } from './Ground.ts';
import { playClusterSchedule } from './play.ts';

const missing = missingEngines();
if (missing.length > 0) {
	console.error(`not installed: ${missing.join(', ')}`);
	process.exit(1);
}

await runSchedules('pnpm test:faults:cluster', async () => {
	const ground = await openGround();
	return { play: (seed) => playClusterSchedule(seed, ground), close: () => closeGround(ground) };
});
