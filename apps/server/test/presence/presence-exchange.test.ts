import { EventEmitter } from 'node:events';
import type { User } from '@digda/protocol';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Boundary } from '../../src/Boundary.ts';
import { OtherNodes } from '../../src/cluster/OtherNodes.ts';
import { PresenceExchange } from '../../src/presence/PresenceExchange.ts';
import { Presence } from '../../src/presence/Presence.ts';
import { TIMINGS } from '../../src/timings.ts';

const ADA: User = { id: 'ada', name: 'Ada' };
const BORA: User = { id: 'bora', name: 'Bora' };

/** Longer than the batching of changes; the interval of node:alive; the latest time at which a silent node is removed. */
const [GATHERED_MS, ALIVE_MS, DEAD_MS] = [250, 5_000, 25_000];

/** Starts nodes that reach each other at once, on a clock that the test moves. It records their facts. */
function startNodes(count: number) {
	vi.useFakeTimers();
	onTestFinished(() => void vi.useRealTimers());
	const said: { from: number; event: string; payload: Record<string, unknown> }[] = [];
	const wires = Array.from({ length: count }, () => new EventEmitter());
	const nodes = wires.map((wire, from) => {
		const peers = new OtherNodes(new Boundary(pino({ level: 'silent' })), {
			serverSideEmit: (event, payload) => {
				said.push({ from, event, payload: payload as Record<string, unknown> });
				for (const other of wires) if (other !== wire) other.emit(event, payload);
				return true;
			},
			on: (event, listener) => void wire.on(event, listener)
		});
		const presence = new Presence(() => undefined);
		const line = { isConnected: true, onConnect: () => undefined };
		const exchange = new PresenceExchange(presence, peers, line, TIMINGS);
		return { presence, exchange, wire };
	});
	vi.advanceTimersByTime(ALIVE_MS);
	const told = (event: string) => said.filter((each) => each.event === event).map(({ payload }) => payload);
	return { nodes, told };
}

type Node = ReturnType<typeof startNodes>['nodes'][number];

function pair(nodes: Node[]): [Node, Node] {
	const [here, there] = nodes;
	if (!here || !there) throw new Error('too few nodes');
	return [here, there];
}

test('[NODE-4] a node publishes each arrival and each departure once', () => {
	const { nodes, told } = startNodes(2);
	const [here, there] = pair(nodes);
	here.presence.enter('lobby', ADA);
	vi.advanceTimersByTime(GATHERED_MS);
	here.presence.enter('lobby', BORA);
	vi.advanceTimersByTime(GATHERED_MS);
	here.presence.leave('lobby', ADA.id);
	vi.advanceTimersByTime(GATHERED_MS);
	here.presence.leave('lobby', BORA.id);
	vi.advanceTimersByTime(GATHERED_MS);
	expect(told('presence:change')).toMatchObject([
		{ joined: [{ room: 'lobby', user: ADA }], left: [] },
		{ joined: [{ room: 'lobby', user: BORA }], left: [] },
		{ joined: [], left: [{ room: 'lobby', userId: ADA.id }] },
		{ joined: [], left: [{ room: 'lobby', userId: BORA.id }] }
	]);
	expect(there.presence.count('lobby')).toBe(0);
});

test('[NODE-4] people of a node that is silent for 25 s are removed', () => {
	const { nodes } = startNodes(2);
	const [here, there] = pair(nodes);
	here.presence.enter('lobby', ADA);
	vi.advanceTimersByTime(GATHERED_MS);
	expect(there.presence.count('lobby')).toBe(1);
	vi.advanceTimersByTime(DEAD_MS);
	expect(there.presence.count('lobby')).toBe(1);
	// The node receives no more facts.
	there.wire.removeAllListeners();
	vi.advanceTimersByTime(DEAD_MS);
	expect(there.presence.count('lobby')).toBe(0);
});

test('[NODE-4] a node that is alive after node:gone is asked for all of its people', () => {
	const { nodes, told } = startNodes(2);
	const [here, there] = pair(nodes);
	here.presence.enter('lobby', ADA);
	vi.advanceTimersByTime(GATHERED_MS);
	here.exchange.end();
	expect(there.presence.count('lobby')).toBe(0);
	const [change] = told('presence:change');
	const asked = told('presence:ask').length;
	there.wire.emit('node:alive', { node: change?.['node'], number: change?.['number'] });
	expect(told('presence:ask')).toHaveLength(asked + 1);
	expect(there.presence.count('lobby')).toBe(1);
});
