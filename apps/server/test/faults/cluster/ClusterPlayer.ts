import { setTimeout as pause } from 'node:timers/promises';
import { BrowserPlayer } from '../BrowserPlayer.ts';
import type { Random } from '../random.ts';
import type { ClusterWorld } from './ClusterWorld.ts';
import type { ClusterStep } from './steps.ts';

/** Plays a schedule in an existing world with several nodes. */
export class ClusterPlayer {
	readonly #world: ClusterWorld;
	readonly #browsers: BrowserPlayer;

	constructor(world: ClusterWorld, random: Random) {
		this.#world = world;
		this.#browsers = new BrowserPlayer(world, random);
	}

	async play(step: ClusterStep): Promise<void> {
		const world = this.#world;
		const count = (what: string, times = 1) => world.ledger.count(what, times);
		switch (step.do) {
			case 'kill': {
				const node = world.node(step.node);
				await pause(step.afterMs);
				count('SIGKILL at random');
				await node.kill();
				if (step.isAwaited) await node.up();
				break;
			}
			case 'kill-at-news':
				count('SIGKILL at a delivery, at the latest');
				await world
					.node(step.node)
					.server.command({ fault: 'end', point: 'broadcast', nth: step.nth, what: 'process' });
				break;
			case 'stop':
				count(step.stopMs > 1_500 ? 'zombies' : 'SIGSTOP and SIGCONT');
				await world.stop(step.node, step.stopMs);
				break;
			case 'clock':
				count('clocks set');
				await world.node(step.node).server.command({ fault: 'clock', offsetMs: step.offsetMs });
				break;
			case 'roll':
				count('rolling restarts');
				await this.#roll(step.room);
				break;
			case 'kill-redis':
				count('Redis killed');
				await world.killRedis(step.downMs);
				break;
			case 'freeze-redis':
				count('Redis frozen');
				await world.freezeRedis(step.frozenMs);
				break;
			case 'cut-redis':
				count(`nodes cut from Redis${step.isSilent ? ' silently' : ''}`);
				await world.cutFromRedis(step.node, step.isSilent, step.cutMs);
				break;
			case 'forge':
				count('forgeries heard', await world.forger.forge(step.room));
				break;
			case 'terminate-backends':
				count('PostgreSQL: all connections cut');
				await world.terminateBackends();
				break;
			case 'restart-postgres':
				count(`PostgreSQL: restarted, ${step.ending}`);
				await world.restartPostgres(step.ending, step.downMs);
				break;
			default:
				await this.#browsers.play(step);
		}
	}

	/** Adopts some entries of other identities. */
	async adopt(): Promise<void> {
		await this.#browsers.adopt();
	}

	async #roll(room: string): Promise<void> {
		for (const node of this.#world.nodes) {
			for (const client of this.#world.clients.keys()) this.#browsers.say({ client, page: 0, room }, 3, 0);
			await node.end();
			await node.up();
		}
	}
}
