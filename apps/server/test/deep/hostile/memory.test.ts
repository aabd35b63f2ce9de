import { expect, onTestFinished, test } from 'vitest';
import { chatPacket, connectPacket } from '@digda/testkit/raw/packets.ts';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { Attacker } from '../../hostile/Attacker.ts';
import { Victim } from '../../hostile/Victim.ts';

/** Messages of 12 KB: 17 MB for every reader, more than any buffer of the system takes. */
const [ROUNDS, MESSAGES] = [28, 50];

/** The most memory that a reader who accepts nothing may cost: waiting bytes and their frames. */
const MAX_COST_BYTES = 4 * 1024 * 1024;

/** Joins the room and accepts nothing any more. @returns a function that answers the heartbeat */
const READERS = {
	async WebSocket(attacker: Attacker, token: string) {
		const socket = await attacker.inChat({ token });
		socket.line.pause();
		return () => socket.send('3');
	},
	async polling(attacker: Attacker, token: string) {
		const polling = await attacker.polling();
		await polling.post([connectPacket(), chatPacket({ token })].join(SEPARATOR));
		return () => void polling.post('3');
	}
};

test.for(['WebSocket', 'polling'] as const)(
	'[NEWS-3] cuts a client over %s that never reads, at little cost of memory',
	async (transport) => {
		const victim = await Victim.start({ RATE_LIMITS: 'off' });
		const { url, port, lines } = victim.server;
		const attacker = new Attacker(port);
		onTestFinished(() => victim.stop());
		onTestFinished(() => attacker.leave());
		const [me, reader] = [await connectChat(url), await connectChat(url)];
		for (const client of [me, reader]) await client.join('archive');
		/** @returns the peak of the server's memory meanwhile */
		async function say(rounds: number, isHere: () => void = () => undefined) {
			let highest = 0;
			for (let round = 0; round < rounds; round += 1) {
				const text = `${round} ${'가'.repeat(3_900)}`;
				await Promise.all(Array.from({ length: MESSAGES }, (_, index) => me.send('archive', `${text} ${index}`)));
				isHere();
				highest = Math.max(highest, await victim.growth());
			}
			return highest;
		}

		const usual = await say(5);
		const beHere = await READERS[transport](attacker, tokenOf(reader));
		reader.socket.disconnect();
		const cost = (await say(ROUNDS, beHere)) - usual;
		expect(cost).toBeLessThan(MAX_COST_BYTES);
		expect(me.news('archive')).toHaveLength((5 + ROUNDS) * MESSAGES);
		await me.untilTold('presence:changed', ({ memberCount }) => memberCount === 1);
		expect(lines).toContainEqual(expect.objectContaining({ msg: 'Cut a connection', reason: 'slow_reader' }));
		await victim.expectUnhurt();
	}
);
