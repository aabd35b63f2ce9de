import { expect, onTestFinished, test } from 'vitest';
import { chatPacket, connectPacket } from '@digda/testkit/raw/packets.ts';
import { SEPARATOR } from '@digda/testkit/raw/PollingLine.ts';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { Attacker } from '../../hostile/Attacker.ts';
import { Victim } from '../../hostile/Victim.ts';

/** Of 12 KB each: 17 MB for every reader, more than any buffer of the system takes. */
const [ROUNDS, MESSAGES] = [28, 50];

/** What a reader who takes nothing may cost at any moment: what may wait, and what is made of it. */
const MAX_COST_BYTES = 4 * 1024 * 1024;

/** Goes into the room and takes nothing any more, while it says that it is there. @returns how it says so */
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
	'[NEWS-3] who is there over %s and never reads costs little for a moment, and is cut',
	async (transport) => {
		const victim = await Victim.start({ RATE_LIMITS: 'off' });
		const { url, port, lines } = victim.server;
		const attacker = new Attacker(port);
		onTestFinished(() => victim.stop());
		onTestFinished(() => attacker.leave());
		const [me, reader] = [await connectChat(url), await connectChat(url)];
		for (const client of [me, reader]) await client.join('archive');
		/** @returns the highest that the server's memory was meanwhile */
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
