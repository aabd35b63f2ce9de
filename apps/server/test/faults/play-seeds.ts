/** The number of concurrent schedules. More would only slow each of them down. */
const LANES = 2;

/** Plays one schedule after the other. */
export interface SeedPlayer {
	play: (seed: number) => Promise<unknown>;
	close?: () => Promise<void>;
}

/**
 * Plays the schedules of seeds, some concurrently.
 * @param open makes a player for each lane
 * @throws when a promise was broken, after all players have cleaned up
 */
export async function playSeeds(seeds: readonly number[], open: () => Promise<SeedPlayer> | SeedPlayer): Promise<void> {
	const waiting = [...seeds];
	const lanes = Array.from({ length: LANES }, async () => {
		const player = await open();
		try {
			for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) await player.play(seed);
		} finally {
			await player.close?.();
		}
	});
	await Promise.allSettled(lanes);
	await Promise.all(lanes);
}

/** Consecutive seeds. */
export const seedsFrom = (first: number, count: number): number[] =>
	Array.from({ length: count }, (_, index) => first + index);
