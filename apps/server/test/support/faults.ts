import type { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';

/** The calls that `failing.ts` lets fail. */
export type FaultName =
	| 'RequestRates.take'
	| 'Negotiator.encodings'
	| 'Readiness.findFault'
	| 'Registry.metrics'
	| 'Tally.isFull'
	| 'Tally.add'
	| 'Tally.remove'
	| 'Limits.byAddress'
	| 'Engine.verify'
	| 'Engine.handleUpgrade'
	| 'Connection.onOpen'
	| 'Connection.onPacket'
	| 'Transport.onPacket'
	| 'Socket.onAny'
	| 'Socket.emit'
	| 'Adapter.broadcast'
	| 'Metrics.rejected'
	| 'Metrics.cut'
	| 'Presence.enter'
	| 'Presence.leave'
	| 'Followers.drop'
	| 'timer'
	| 'two timers'
	| 'rejection';

/** Arguments for Node.js that make calls fail on command. */
export const FAILING = [`--import=${new URL('./failing.ts', import.meta.url).href}`];

/** Makes the next such call of a server fail. Resolves when the server has confirmed it. */
export async function arm(server: ServerProcess, fault: FaultName): Promise<void> {
	await server.request(fault);
}
