/**
 * Loaded into a server with `--import` and `--expose-gc`: reports its memory and its connections on request. So the product
 * needs no hook for that.
 */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** The memory, connections and resources of a server. */
export interface Probe {
	/** The heap and the buffers outside of it, after a garbage collection. */
	bytes: number;
	/** Connections of Engine.IO, over either transport. */
	connections: number;
	/** The numbers of active resources by kind: timers, connections, requests to the system … */
	resources: Record<string, number>;
}

/** The used part of the server of Engine.IO. */
interface Engine {
	clientsCount: number;
	attach: (...args: unknown[]) => void;
}

function watchEngine(): () => number {
	const require = createRequire(import.meta.url);
	const socketIo = createRequire(require.resolve('socket.io'));
	const { Server } = socketIo('engine.io') as { Server: { prototype: Engine } };
	const attach = Reflect.get(Server.prototype, 'attach');
	let engine: Engine | undefined;
	Server.prototype.attach = function (this: Engine, ...args) {
		// eslint-disable-next-line @typescript-eslint/no-this-alias -- the server makes it, and keeps it to itself
		engine = this;
		attach.apply(this, args);
	};
	return () => engine?.clientsCount ?? 0;
}

if (isMainThread) {
	const countConnections = watchEngine();
	process.on('message', () => {
		global.gc?.();
		const { heapUsed, external } = process.memoryUsage();
		const resources: Probe['resources'] = {};
		// An immediate ends with the next tick.
		const kept = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate');
		for (const kind of kept) resources[kind] = (resources[kind] ?? 0) + 1;
		const connections = countConnections();
		process.send?.({ bytes: heapUsed + external, connections, resources } satisfies Probe);
	});
	// The parent is gone, and cannot end this process any more.
	process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.channel?.unref();
}
