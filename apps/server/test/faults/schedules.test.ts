import { test } from 'vitest';
import { playSchedule } from './play.ts';
import { playSeeds, seedsFrom } from './play-seeds.ts';

/** None of those that the deep tests play. */
const SEEDS = seedsFrom(1_001, 4);

test('whatever happens, nothing acknowledged or typed is lost, doubled or moved', { timeout: 60_000 }, () =>
	playSeeds(SEEDS, () => ({ play: playSchedule }))
);
