import { setTimeout as pause } from 'node:timers/promises';
import { BrowserPlayer } from './BrowserPlayer.ts';
import type { Random } from './random.ts';
import type { Step } from './steps.ts';
import { happens } from '@digda/testkit/faults/until.ts';
import type { World } from './World.ts';

/** The name of the copy that `restore-database` restores. */
const COPY = 'copy';

/** Plays a schedule in an existing world with one server. */
export class Player {
	readonly #world: World;
	readonly #browsers: BrowserPlayer;

	constructor(world: World, random: Random) {
		this.#world = world;
		this.#browsers = new BrowserPlayer(world, random);
	}

	async play(step: Step): Promise<void> {
		const { ledger } = this.#world;
		switch (step.do) {
			case 'kill':
				await pause(step.afterMs);
				await this.#world.kill();
				if (step.isAwaited) await this.#world.up();
				break;
			case 'kill-at':
				await this.#world.up();
				await this.#world.killAt(step.point, step.nth);
				break;
			case 'pause':
				ledger.count('SIGSTOP and SIGCONT');
				this.#world.server.pause();
				await pause(step.pauseMs);
				this.#world.server.resume();
				break;
			case 'copy-database':
				await this.#world.whileStopped(() => this.#world.server.copyDatabase(COPY));
				break;
			case 'restore-database':
				await this.#world.restore(COPY);
				break;
			case 'clock':
				ledger.count('clocks set');
				await this.#world.up();
				await this.#world.server.command({ fault: 'clock', offsetMs: step.offsetMs });
				break;
			case 'full-disk':
				await this.#fillDisk(step);
				break;
			case 'end-worker':
				await this.#endWorker(step);
				break;
			default:
				await this.#browsers.play(step);
		}
	}

	/** Adopts some entries of other identities. */
	async adopt(): Promise<void> {
		await this.#browsers.adopt();
	}

	async #fillDisk(step: Extract<Step, { do: 'full-disk' }>): Promise<void> {
		const { server, ledger } = this.#world;
		await this.#world.up();
		await server.command({ fault: 'disk', isFull: true });
		this.#browsers.say(step, step.count, 3_500);
		const client = this.#browsers.client(step);
		await happens(() => client.unsettled.length === 0);
		await server.command({ fault: 'disk', isFull: false });
		ledger.count('full disks');
	}

	async #endWorker(step: Extract<Step, { do: 'end-worker' }>): Promise<void> {
		const { server, ledger } = this.#world;
		await this.#world.up();
		if (step.point === undefined) {
			await server.command({ fault: 'end-worker' });
		} else {
			await server.command({ fault: 'end', point: step.point, nth: 1, what: 'worker' });
		}
		this.#browsers.say(step, 2, 0);
		ledger.count('dead workers');
	}
}
