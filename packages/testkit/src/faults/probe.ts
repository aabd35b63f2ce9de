/**
 * Loaded into a real server with `--import` and `--expose-gc`: tells on request how much memory it keeps and how many
 * connections it has, so that the product has no hook for that.
 */
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/** What a server keeps. */
export interface Probe {
	/** After everything that nobody needs was thrown away: the heap, and the buffers outside of it. */
	bytes: number;
	/** Connections of Engine.IO, over either transport. */
	connections: number;
	/** What keeps its event loop busy, by its kind: timers, connections, requests of the system … */
	resources: Record<string, number>;
}

/** What is used of the server of Engine.IO. */
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
		// What the next tick does is kept by nobody.
		const kept = process.getActiveResourcesInfo().filter((kind) => kind !== 'Immediate');
		for (const kind of kept) resources[kind] = (resources[kind] ?? 0) + 1;
		const connections = countConnections();
		process.send?.({ bytes: heapUsed + external, connections, resources } satisfies Probe);
	});
	// Whoever started it is gone, and cannot end it any more.
	process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.channel?.unref();
}
