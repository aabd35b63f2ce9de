import { HEADS_INTERVAL_MS, type ChatServerToClient } from '@digda/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectChat, tokenOf, type ChatClientProbe } from '@digda/testkit/client/chat.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

type Event = keyof ChatServerToClient;

/** People in the hall and in a private room of the owner. */
interface Stage {
	owner: ChatClientProbe;
	/** A member. */
	friend: ChatClientProbe;
	/** A member; `device` is another connection of theirs over another transport. */
	me: ChatClientProbe;
	device: ChatClientProbe;
	room: string;
}

const PATIENCE = { timeout: 20_000, interval: 50 };

/** Causes each event of the server for `me`. An event that the protocol gains is a type error here. */
const CAUSES: Record<Event, (stage: Stage) => unknown> = {
	'session:ready': () => undefined,
	'entry:new': ({ friend }) => friend.send('hall', 'hello'),
	'room:heads': () => vi.advanceTimersByTime(HEADS_INTERVAL_MS),
	'person:blocked': ({ device, owner }) => device.get('person:block', { userId: owner.user.id, isBlocked: true }),
	'room:settings': ({ device }) => device.get('room:set', { room: 'hall', isMuted: true }),
	'room:changed': ({ owner, room }) => owner.get('room:rename', { room, title: 'Another' }),
	'room:left': ({ owner, me, room }) => owner.get('room:remove', { room, userId: me.user.id }),
	'presence:changed': ({ friend }) => friend.get('room:leave', { room: 'hall' }),
	// Volatile: the event may be lost while the connection is busy.
	'typing:changed': async ({ friend, me }) => {
		let isTyping = false;
		await vi.waitFor(() => {
			friend.emitAnything('typing:set', { room: 'hall', isTyping: (isTyping = !isTyping) });
			if (me.told('typing:changed').length === 0) throw new Error('no typing:changed yet');
		}, PATIENCE);
	},
	// On several nodes the other connection may be subscribed later.
	'read:changed': ({ device }) => vi.waitFor(() => device.get('read:mark', { room: 'hall', seq: 1 }), PATIENCE),
	'user:renamed': ({ friend }) => friend.get('session:rename', { name: 'Somebody' })
};

/** These come last, in this order: after them, other events cannot be caused. */
const LAST: readonly Event[] = ['presence:changed', 'room:left'];
// The keys are those of the type.
const EVENTS = (Object.keys(CAUSES) as Event[]).sort((one, other) => LAST.indexOf(one) - LAST.indexOf(other));

test.for([
	['polling', 'websocket'],
	['websocket', 'polling']
])('[LINE-1] a member over %s receives every event of the server', async ([transport = '', another = '']) => {
	// The server sends the heads every 15 s.
	vi.useFakeTimers({ toFake: ['setInterval'] });
	onTestFinished(() => void vi.useRealTimers());
	const { url } = await startServer();
	const [owner, friend] = [await connectChat(url), await connectChat(url)];
	const me = await connectChat(url, undefined, { transports: [transport] });
	const device = await connectChat(url, tokenOf(me), { transports: [another] });
	const { room } = await owner.get('room:create', { title: 'Title' });
	const { secret } = await owner.get('room:invite', { room });
	await me.get('room:accept', { secret });
	for (const client of [owner, friend, me]) await client.join('hall');
	await owner.send('hall', 'first');
	for (const event of EVENTS) {
		const before = me.told(event).length;
		await CAUSES[event]({ owner, friend, me, device, room });
		if (event === 'session:ready') continue;
		await vi.waitFor(() => expect(me.told(event).length, event).toBeGreaterThan(before), PATIENCE);
	}
	expect(me.told('session:ready')).toHaveLength(1);
	expect(me.told('room:left')).toEqual([{ room, reason: 'removed' }]);
});
