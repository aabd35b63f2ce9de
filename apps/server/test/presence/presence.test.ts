import { MAX_LISTED_MEMBERS, PRESENCE_BATCH_MS, type PresenceChange, type User } from '@digda/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Presence } from '../../src/presence/Presence.ts';

/** Starts presence on a clock that the test moves, and records the changes of the lobby. */
function startPresence() {
	vi.useFakeTimers();
	onTestFinished(() => void vi.useRealTimers());
	const changes: PresenceChange[] = [];
	const presence = new Presence((room, change) => {
		if (room === 'lobby') changes.push(change);
	});
	const people = (count: number) =>
		Array.from({ length: count }, (_, index): User => {
			const id = `person-${index}`;
			return { id, name: id };
		});
	/** @returns the changes up to the end of the interval */
	const gather = () => {
		vi.advanceTimersByTime(PRESENCE_BATCH_MS);
		return changes.splice(0);
	};
	return { presence, people, gather };
}

test('[PRES-2] a change names 50 people who came, and counts all', () => {
	const { presence, people, gather } = startPresence();
	for (const user of people(120)) presence.enter('lobby', user);
	const [change, ...others] = gather();
	expect(change?.joined).toHaveLength(MAX_LISTED_MEMBERS);
	expect(change?.memberCount).toBe(120);
	expect(others).toEqual([]);
	expect(presence.members('lobby')).toHaveLength(MAX_LISTED_MEMBERS);
});

test('[PRES-2] a change names at most 1,000 people who left, and the next change names more', () => {
	const { presence, people, gather } = startPresence();
	const [first, ...others] = people(2_502);
	if (!first) throw new Error('too few people');
	for (const user of [first, ...others]) presence.enter('lobby', user);
	gather();
	for (const { id } of others) presence.leave('lobby', id);
	const told = gather();
	expect(told.map(({ left }) => left.length)).toEqual([1_000, 1_000, 501]);
	expect(new Set(told.flatMap(({ left }) => left)).size).toBe(2_501);
	expect(told.map(({ memberCount }) => memberCount)).toEqual([1, 1, 1]);
});

test('[PRES-2] a change names each arrival and departure once', () => {
	const { presence, people, gather } = startPresence();
	const [one, other] = people(2);
	if (!one || !other) throw new Error('too few people');
	presence.enter('lobby', one);
	expect(gather()).toMatchObject([{ joined: [one], left: [] }]);
	presence.enter('lobby', other);
	expect(gather()).toMatchObject([{ joined: [other], left: [] }]);
	presence.leave('lobby', other.id);
	expect(gather()).toMatchObject([{ joined: [], left: [other.id] }]);
	expect(gather()).toEqual([]);
});

test('an empty room has no change, and starts anew', () => {
	const { presence, people, gather } = startPresence();
	const [one] = people(1);
	if (!one) throw new Error('too few people');
	for (let round = 0; round < 3; round += 1) {
		presence.enter('lobby', one);
		presence.enterElsewhere('lobby', one);
		expect(gather()).toMatchObject([{ joined: [one], memberCount: 1 }]);
		presence.leave('lobby', one.id);
		presence.leaveElsewhere('lobby', one.id);
		expect(gather()).toEqual([]);
		expect(presence.count('lobby')).toBe(0);
		expect([...presence.local()]).toEqual([]);
	}
});
