import { expect, test } from 'vitest';
import { startDigda, startTutorial, type Contender } from '../../faults/Contender.ts';
import { Random } from '../../faults/random.ts';
import { until } from '@digda/testkit/faults/until.ts';

const PEOPLE = 3;
const SEEDS = [1, 2, 3];

interface Losses {
	/** The number of acknowledged messages that are not in the log of the server. */
	forgotten: number;
	/** The number of messages in the log that somebody is not shown. */
	missed: number;
}

/** Plays kills, cuts and messages, the same for the same seed. */
async function hurt(contender: Contender, seed: number): Promise<Losses> {
	const random = new Random(seed);
	let texts = 0;
	const say = () => contender.say(random.whole(0, PEOPLE - 1), `text ${(texts += 1)}`);

	for (let round = 0; round < 4; round += 1) {
		for (let count = random.whole(2, 5); count > 0; count -= 1) say();
		await until(() => (total(contender) > 0 ? undefined : 'no message is acknowledged'));
		const proxy = random.pick(contender.proxies);
		switch (random.pick(['end', 'reset', 'mute'] as const)) {
			case 'end':
				proxy.end();
				break;
			case 'reset':
				proxy.reset();
				break;
			case 'mute':
				proxy.mute(random.pick(['up', 'down'] as const));
		}
		say();
		if (random.chance(0.5)) await contender.kill();
	}
	const { log, shown } = await contender.result();
	const stored = new Set(log);
	const acknowledged = contender.acknowledged.flatMap((each) => [...each]);
	return {
		forgotten: acknowledged.filter((text) => !stored.has(text)).length,
		missed: shown.flatMap((each) => log.filter((text) => !each.includes(text))).length
	};
}

function total({ acknowledged }: Contender): number {
	return acknowledged.reduce((sum, { size }) => sum + size, 0);
}

/** The losses of a chat in all schedules. */
async function losses(start: (people: number) => Promise<Contender>): Promise<Losses> {
	const sum: Losses = { forgotten: 0, missed: 0 };
	for (const seed of SEEDS) {
		const contender = await start(PEOPLE);
		try {
			const { forgotten, missed } = await hurt(contender, seed);
			sum.forgotten += forgotten;
			sum.missed += missed;
		} finally {
			await contender.close();
		}
	}
	return sum;
}

test('the chat of the tutorials loses messages where digda loses none', async () => {
	const tutorial = await losses(startTutorial);
	expect(tutorial.forgotten, 'acknowledged and not stored').toBeGreaterThan(0);
	expect(tutorial.missed, 'stored and not shown').toBeGreaterThan(0);

	expect(await losses(startDigda)).toEqual({ forgotten: 0, missed: 0 });
}, 120_000);
