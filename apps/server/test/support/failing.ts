/**
 * Loaded into a server with `--import`: makes the next call of a method fail on command, or the next call with a certain
 * first argument. So the product needs no hook for that. Each method stands for the listener that calls it. Timers and
 * rejections fail outside of any listener.
 */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';
import { Server as EngineServer, Socket as Connection, Transport } from 'engine.io';
import Negotiator from 'negotiator';
import { Registry } from 'prom-client';
import { Socket } from 'socket.io';
import { Readiness } from '../../src/http/Readiness.ts';
import { RequestRates } from '../../src/http/RequestRates.ts';
import { Limits } from '../../src/limits/Limits.ts';
import { Tally } from '../../src/limits/Tally.ts';
import { Metrics } from '../../src/metrics.ts';
import { Followers } from '../../src/messages/Followers.ts';
import { Presence } from '../../src/presence/Presence.ts';
import type { FaultName } from './faults.ts';

const socketIo = createRequire(createRequire(import.meta.url).resolve('socket.io'));
const { Adapter } = socketIo('socket.io-adapter') as { Adapter: { prototype: object } };

type Method = (...args: unknown[]) => unknown;

const METHODS: Record<
	Exclude<FaultName, 'timer' | 'two timers' | 'rejection'>,
	[prototype: object, method: string, first?: unknown]
> = {
	'RequestRates.take': [RequestRates.prototype, 'take'],
	'Negotiator.encodings': [Negotiator.prototype, 'encodings'],
	'Readiness.findFault': [Readiness.prototype, 'findFault'],
	'Registry.metrics': [Registry.prototype, 'metrics'],
	'Tally.isFull': [Tally.prototype, 'isFull'],
	'Tally.add': [Tally.prototype, 'add'],
	'Tally.remove': [Tally.prototype, 'remove'],
	'Limits.byAddress': [Limits.prototype, 'byAddress'],
	'Engine.verify': [EngineServer.prototype, 'verify'],
	'Engine.handleUpgrade': [EngineServer.prototype, 'handleUpgrade'],
	'Connection.onOpen': [Connection.prototype, 'onOpen'],
	'Connection.onPacket': [Connection.prototype, 'onPacket'],
	'Transport.onPacket': [Transport.prototype, 'onPacket'],
	'Socket.onAny': [Socket.prototype, 'onAny'],
	'Socket.emit': [Socket.prototype, 'emit', 'session:ready'],
	'Adapter.broadcast': [Adapter.prototype, 'broadcast'],
	'Metrics.rejected': [Metrics.prototype, 'rejected'],
	'Metrics.cut': [Metrics.prototype, 'cut'],
	'Presence.enter': [Presence.prototype, 'enter'],
	'Presence.leave': [Presence.prototype, 'leave'],
	'Followers.drop': [Followers.prototype, 'drop']
};

/** A pong may come at any moment: a fault there would hit another client. */
const isPong = (packet: unknown) => (packet as { type?: string } | undefined)?.type === 'pong';

let armed: FaultName | undefined;

function fail(name: FaultName): never {
	armed = undefined;
	throw new Error(`on purpose: ${name}`);
}

if (isMainThread) {
	for (const [key, [prototype, method, first]] of Object.entries(METHODS)) {
		const name = key as FaultName; // as METHODS is typed
		const original = Reflect.get(prototype, method) as Method;
		Object.assign(prototype, {
			[method](this: unknown, ...args: unknown[]) {
				if (armed === name && (first === undefined || args[0] === first) && !isPong(args[0])) fail(name);
				return original.apply(this, args);
			}
		});
	}
	process.on('message', (name: FaultName) => {
		armed = name;
		if (name.includes('timer')) setTimeout(() => fail(name));
		if (name === 'two timers') setTimeout(() => fail(name));
		if (name === 'rejection') void Promise.reject(new Error(`on purpose: ${name}`));
		process.send?.(name);
	});
	// The parent is gone, and cannot end this process any more.
	process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.channel?.unref();
}
