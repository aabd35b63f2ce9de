import * as v from 'valibot';
import { expect, test } from 'vitest';
import { NODE_EVENTS, type NodeEventName } from '../../src/cluster/node-events.ts';

const LONG = 'x'.repeat(257);
const USER = { id: 'ada', name: 'Ada' };

/** A valid event of each kind, and the paths to its texts. A new kind is a type error here. */
const SAMPLES: Record<NodeEventName, [fact: object, ...texts: (readonly (string | number)[])[]]> = {
	'node:alive': [{ node: 'one', number: 1 }, ['node']],
	'node:gone': [{ node: 'one' }, ['node']],
	'presence:change': [
		{ node: 'one', number: 1, joined: [{ room: 'lobby', user: USER }], left: [{ room: 'lobby', userId: 'bora' }] },
		['node'],
		['joined', 0, 'room'],
		['joined', 0, 'user', 'id'],
		['joined', 0, 'user', 'name'],
		['left', 0, 'room'],
		['left', 0, 'userId']
	],
	'presence:ask': [{ node: 'one' }, ['node']],
	'presence:whole': [
		{ node: 'one', number: 1, present: [{ room: 'lobby', user: USER }] },
		['node'],
		['present', 0, 'room'],
		['present', 0, 'user', 'name']
	],
	'typing:change': [{ room: 'lobby', user: USER, isTyping: true }, ['room'], ['user', 'id'], ['user', 'name']],
	'user:rename': [{ userId: 'ada', rooms: ['lobby'] }, ['userId'], ['rooms', 0]],
	'revocation:new': [{}],
	'room:change': [{ room: 'lobby' }, ['room']],
	'user:change': [{ userId: 'ada', read: 'lobby' }, ['userId'], ['read']]
};

// The keys are those of the type.
test.for(Object.keys(SAMPLES) as NodeEventName[])(
	'[NODE-3] %s with a text of more than 256 characters is dropped',
	(name) => {
		const [fact, ...texts] = SAMPLES[name];
		expect(v.is(NODE_EVENTS[name], fact)).toBe(true);
		for (const path of texts) {
			const forged = structuredClone(fact);
			const field = path.at(-1) ?? '';
			const owner = path.slice(0, -1).reduce<object>((part, key) => Reflect.get(part, key) as object, forged);
			Reflect.set(owner, field, LONG);
			expect(v.is(NODE_EVENTS[name], forged), path.join('.')).toBe(false);
		}
	}
);
