import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { until } from '@digda/testkit/faults/until.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { check, ROOM, say, sent, shown, shows } from '../faults/directed.ts';
import { lists, numbered, openTabOn, SOON_MS, useGround } from '../faults/cluster/directed.ts';
import { Random } from '../faults/random.ts';

describe.skipIf(missingEngines().length > 0)('three nodes', () => {
	const openCluster = useGround();

	test('[NODE-2] members on other nodes see the messages of each node, in one order', async () => {
		const { world, ada, bo, cy } = await openCluster();
		for (const client of [ada, bo, cy]) await say(client, ...numbered(5, client.name));
		for (const client of [ada, bo, cy]) await shows(client, 15);
		expect([shown(bo), shown(cy)]).toEqual([shown(ada), shown(ada)]);
		await check(world);
	});

	test('[NODE-1] a message that is sent to all nodes at once is stored once', async () => {
		const { world, ada, bo } = await openCluster();
		const random = new Random(1);
		const messages = numbered(100).map((text) => ({ room: ROOM, id: random.uuid(), text }));
		const authors = [0, 1, 2].map((node) => world.author({ ...ada.identity }, node));
		await Promise.all(authors.map((author) => author.send(messages)));

		await check(world);
		expect(shown(bo).toSorted()).toEqual(numbered(100).toSorted());
	});

	test('[NODE-4] typing and new names are shown on other nodes', async () => {
		const { world, ada, bo } = await openCluster();
		await until(() => (lists(bo, ada) ? undefined : 'a person on another node is not listed'), SOON_MS);
		const { people } = bo.rooms.open(ROOM);
		const isTyping = () => people.typing.some(({ id }) => id === ada.identity.user?.id);
		ada.rooms.open(ROOM).setTyping(true);
		await until(() => (isTyping() ? undefined : 'nobody types'), SOON_MS);
		ada.rooms.open(ROOM).setTyping(false);
		await until(() => (isTyping() ? 'somebody types' : undefined), SOON_MS);

		await ada.session.rename('에이다');
		const nameOf = () => people.members.find(({ id }) => id === ada.identity.user?.id)?.name;
		await until(() => (nameOf() === '에이다' ? undefined : `the name is ${nameOf()}`), SOON_MS);
		await check(world);
	});

	test('[NODE-4] a new name reaches all tabs of the person, on every node', async () => {
		const { world, ada, bo } = await openCluster();
		const other = await openTabOn(world, ada, 1);
		await ada.session.rename('에이다');
		await until(() => (other.session.user?.name === '에이다' ? undefined : 'the tab has the old name'), SOON_MS);
		await say(other, 'hello');
		await shows(bo, 1);
		expect(bo.rooms.open(ROOM).timeline.messages[0]?.author.name).toBe('에이다');
		await check(world);
	});

	test('[NODE-5] tabs on two nodes share read cursors, joins and leaves', async () => {
		const { world, ada, bo } = await openCluster();
		const one = ada.page(0);
		const other = await openTabOn(world, ada, 1);
		await say(bo, ...numbered(3));
		await shows(ada, 3);
		await until(() => (other.rooms.open(ROOM).timeline.to === 3 ? undefined : 'the tab lacks messages'));
		one.rooms.open(ROOM).markRead(3);
		await until(() => (other.rooms.open(ROOM).readSeq === 3 ? undefined : 'the tab has not read'), SOON_MS);

		const heard: string[] = [];
		const left: string[] = [];
		other.session.on('entry:new', ({ room }) => heard.push(room));
		other.session.on('room:left', ({ room }) => left.push(room));
		const den = one.rooms.open('den');
		await until(() => (den.status === 'joined' ? undefined : 'the den is not open'));
		for (let count = 1; !heard.includes('den'); count += 1) {
			expect(count, 'the tab receives nothing from the den').toBeLessThan(20);
			await one.say('den', `hello ${count}`);
			await sent(ada);
			await pause(200);
		}
		await one.rooms.leave('den');
		await until(() => (left.includes('den') ? undefined : 'the tab is still in the den'), SOON_MS);
		await check(world);
	});
});
