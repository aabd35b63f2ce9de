import { expect, test } from 'vitest';
import type { Club } from './Club.ts';
import { changeUnseen } from './changes.ts';
import { check, ROOM, say, sent, shown } from './directed.ts';
import type { FaultClient } from './FaultClient.ts';
import { Random } from './random.ts';
import { readLog, textsOf } from './read-log.ts';
import type { TestedWorld } from './TestedWorld.ts';
import { DEADLINE_MS, until } from '@digda/testkit/faults/until.ts';
import { textOf } from './text-of.ts';

interface Opened {
	world: TestedWorld;
	ada: FaultClient;
	bo: FaultClient;
}

const MANY = Array.from({ length: 200 }, (_, index) => `text ${index + 1}`);

const ROUNDS = 10;

/** Tests private rooms and deletions on any number of servers. @param open starts them */
export function testPrivateRooms(open: (options: { hasClub: true }) => Promise<Opened>): void {
	async function openClub(): Promise<Opened & { club: Club }> {
		const opened = await open({ hasClub: true });
		const { club } = opened.world;
		if (!club) throw new Error('there is no private room');
		return { ...opened, club };
	}

	test('[BOX-9] a member who is removed while sending keeps the messages that were not stored as unsent', async () => {
		const { world, ada, bo, club } = await openClub();
		await Promise.all(MANY.map((text) => ada.say(club.room, text)));
		const goal = ada.acknowledgedCount + 3;
		await until(() => (ada.acknowledgedCount >= goal ? undefined : 'no message is acknowledged'));
		await club.remove(userOf(ada));

		await sent(ada);
		const stored = textsOf(await world.read(readLog), club.room);
		const unsent = MANY.slice(stored.length);
		expect(unsent).not.toEqual([]);
		expect(stored).toEqual(MANY.slice(0, stored.length));
		await ada.reload();
		await say(ada, 'elsewhere');
		await check(world);
		expect(ada.rooms.outbox.entries.map((entry) => [textOf(entry), entry.failure])).toEqual(
			unsent.map((text) => [text, 'not_found'])
		);
		expect(shown(bo)).toEqual(['elsewhere']);

		await club.admit(ada);
		await sent(ada);
		await check(world);
		expect(textsOf(await world.read(readLog), club.room)).toEqual(MANY);
	});

	test('[PRIV-4] a revoked invitation that two people open at once lets nobody in', async () => {
		const { world, ada, club } = await openClub();
		// The invitation of a removed member, a revoked one, and some that are revoked at the same moment.
		await club.remove(userOf(ada));
		await club.tryVoid(ada);
		await club.revoke();
		await club.tryVoid(ada);
		for (let round = 0; round < ROUNDS; round += 1) {
			await club.admit(ada, 3, true);
			await club.remove(userOf(ada));
		}
		expect(world.ledger.counts.get('void invitations opened')).toBe(2 * (2 + ROUNDS));
		await check(world);
	});

	test('[DEL-2] a message that was deleted before its author received the acknowledgement stays deleted', async () => {
		const { world, ada, bo } = await openClub();
		const typing = { client: ada, page: ada.page(0), room: ROOM, text: 'never mind' };
		const choice = { kind: 'delete', random: new Random(1), text: () => '' } as const;
		await changeUnseen(world, typing, choice, DEADLINE_MS);
		expect(world.ledger.deletions).toHaveLength(1);
		expect(ada.unsettled).toMatchObject([{ content: { text: 'never mind' }, wasSent: true }]);
		await check(world);
		for (const client of [ada, bo]) expect(shown(client)).toEqual(['']);
	});
}

function userOf({ identity, name }: FaultClient): string {
	if (!identity.user) throw new Error(`${name} is nobody`);
	return identity.user.id;
}
