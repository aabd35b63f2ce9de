import { inspect } from 'node:util';
import { ServerProcess } from '@digda/testkit/server/ServerProcess.ts';
import { BATCH_SIZE, checkInsideOf, shotsOf, type Shots } from './batch.ts';
import { Shooter } from './Shooter.ts';
import { HonestClient, type Latencies } from './HonestClient.ts';

/** The number of concurrent connections. */
const LANES = 6;

/** A log line of this level reports an error of the server itself. */
const ERROR_LEVEL = 50;

export interface FuzzOptions {
	cases: number;
	/** The seed of the first batch. Each further batch has the next seed. */
	seed: number;
	/** Called after each batch with the number of finished cases. */
	onProgress?: (done: number) => void;
}

export interface FuzzReport {
	/** The numbers of cases that the server has read or this process has checked, by kind. */
	counts: Record<keyof Shots | 'inside', number>;
	/** The latencies of an honest client meanwhile. */
	latencies: Latencies;
}

/** Plays cases against a server, while an honest client chats on it. @throws when anything goes wrong, with the case */
export async function fuzz({ cases, seed: firstSeed, onProgress }: FuzzOptions): Promise<FuzzReport> {
	const server = await ServerProcess.start({ NODE_ENV: 'development', RATE_LIMITS: 'off', LOG_LEVEL: 'info' });
	const honest = await HonestClient.begin(server.url);
	const counts: FuzzReport['counts'] = { requests: 0, packets: 0, frames: 0, bodies: 0, http: 0, inside: 0 };
	const batches = Math.ceil(cases / BATCH_SIZE);
	let begun = 0;

	async function playOn(): Promise<void> {
		const shooter = new Shooter(server.port);
		while (begun < batches) {
			const seed = firstSeed + begun;
			begun += 1;
			try {
				const checked = await checkInsideOf(seed);
				counts.inside += checked;
				const read = await shooter.shoot(shotsOf(seed));
				for (const [kind, count] of Object.entries(read)) counts[kind as keyof Shots] += count;
				mustBeWell(server, honest);
			} catch (error) {
				begun = batches;
				throw explain(error, seed, shooter, server);
			}
			onProgress?.(Object.values(counts).reduce((sum, count) => sum + count, 0));
		}
	}

	try {
		const lanes = Array.from({ length: LANES }, playOn);
		// All lanes end before a failure is thrown.
		await Promise.allSettled(lanes);
		await Promise.all(lanes);
		return { counts, latencies: honest.latencies };
	} finally {
		await honest.end();
		await server.stop('SIGKILL');
	}
}

/** @throws when the server has ended or logged an error, or when the honest client has failed */
export function mustBeWell({ child, complaint, lines }: ServerProcess, { failure }: HonestClient): void {
	if (child.exitCode !== null || child.signalCode !== null) {
		throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}: ${complaint}`);
	}
	if (failure !== undefined) throw new Error(failure);
	if (complaint !== '') throw new Error(`the server complained: ${complaint}`);
	const wrong = lines.find(({ level }) => level >= ERROR_LEVEL);
	if (wrong) throw new Error(`the server failed: ${JSON.stringify(wrong)}`);
	lines.length = 0;
}

function explain(error: unknown, seed: number, { inFlight }: Shooter, { complaint }: ServerProcess): Error {
	const shown = inFlight.map((bytes) => inspect(Buffer.from(bytes as Uint8Array).toString('latin1')));
	return new Error(
		[
			`${error instanceof Error ? error.message : String(error)} ${complaint}`,
			`repeat it with: pnpm test:fuzz --cases ${BATCH_SIZE} --seed ${seed}`,
			...(shown.length > 0 ? ['in flight:', ...shown] : [])
		].join('\n'),
		{ cause: error }
	);
}
