import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, parseEnvironment } from './environment.ts';
import { endOnUnexpectedErrors } from './last-resort.ts';
import { createLogger, standardOutput } from './log.ts';
import { explainListenError } from './listen-error.ts';
import { openStore } from './store/open-store.ts';
import { StoreRejection } from './store/store.ts';
import { TIMINGS, type Timings } from './timings.ts';

export interface RunOptions {
	/** The directory of the built page, if it is not the default of the client's build. */
	page?: string | undefined;
	/** Replaces some of the default time-outs and intervals. */
	timings?: Partial<Timings>;
}

/**
 * Starts a server with the environment of the process and runs it until a signal ends it. Received requests are stored
 * and acknowledged before the process ends. A start that fails for a correctable reason prints it in one line.
 */
export async function run(options: RunOptions = {}): Promise<void> {
	const timings = { ...TIMINGS, ...options.timings };
	const environment = await begin(() => parseEnvironment(process.env), EnvironmentError);
	const { PORT, HOST, DATABASE_URL, REDIS_URL, LOG_LEVEL, NODE_ENV } = environment;
	const output = standardOutput();
	const log = createLogger(LOG_LEVEL, output);

	const opening = begin(() => openStore(DATABASE_URL, log, { onDamage: endDamaged, timings }), StoreRejection);
	// A thread opens the database meanwhile.
	const [{ createServer }, { Metrics }, { collectDefaultMetrics }] = await Promise.all([
		import('./server.ts'),
		import('./metrics.ts'),
		import('prom-client')
	]);
	const store = await opening;
	const redis = REDIS_URL === undefined ? undefined : await openRedis(REDIS_URL);
	const metrics = new Metrics();
	output.destination.onLoss((reason, lines) => metrics.droppedLogLines(reason, lines));
	collectDefaultMetrics({ register: metrics.registry });
	const server = createServer({
		...{ log, store, metrics, redis, timings },
		page: options.page ?? (NODE_ENV === 'development' ? undefined : builtPage()),
		origins: environment.CLIENT_ORIGIN,
		trustedHops: environment.TRUST_PROXY,
		areRatesLimited: environment.RATE_LIMITS,
		maxConnections: environment.MAX_CONNECTIONS,
		maxConnectionsPerAddress: environment.MAX_CONNECTIONS_PER_ADDRESS,
		metricsToken: environment.METRICS_TOKEN,
		adminToken: environment.ADMIN_TOKEN,
		minFreeBytes: environment.MIN_FREE_MB * 1024 * 1024,
		retentionDays: environment.RETENTION_DAYS
	});

	try {
		const port = await server.listen(PORT, HOST);
		log.info(`Server is running on http://localhost:${port}`);
	} catch (error) {
		console.error(explainListenError(error, PORT, HOST));
		process.exit(1);
	}

	/** Loads the Redis driver only when it is needed. */
	async function openRedis(url: string) {
		if (!store.isShared) {
			console.error('REDIS_URL needs a PostgreSQL database in DATABASE_URL, because nodes share one log');
			process.exit(1);
		}
		const { RedisClient } = await import('./cluster/RedisClient.ts');
		return new RedisClient(url, log, timings);
	}

	async function close(): Promise<void> {
		await server.close();
		await store.close();
		redis?.close();
	}

	/** Closes everything in order and ends the process with this exit code, or with 1 when closing fails. */
	async function end(code: number): Promise<void> {
		setTimeout(() => process.exit(1), timings.shutdownTimeoutMs).unref();
		let exitCode = code;
		try {
			await close();
		} catch (err) {
			log.fatal({ err }, 'The server could not close');
			exitCode = 1;
		}
		await output.destination.flush();
		process.exit(exitCode);
	}

	endOnUnexpectedErrors(log, () => void end(1));

	/** Ends the process when the database is damaged, so that nothing more is written to it. */
	function endDamaged(finding: string): void {
		log.fatal(finding);
		void end(1);
	}

	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.on(signal, () => {
			log.info(`${signal}: closing`);
			void end(0);
		});
	}
}

/** Runs a step of the start. An error of the given class prints one line and ends the process. */
async function begin<Result>(step: () => Result | Promise<Result>, Correctable: new () => Error): Promise<Result> {
	try {
		return await step();
	} catch (error) {
		if (!(error instanceof Correctable)) throw error;
		console.error(error.message);
		process.exit(1);
	}
}

/** The default directory of the built page; undefined before the first build. */
function builtPage(): string | undefined {
	const folder = fileURLToPath(new URL('../../client/build', import.meta.url));
	return existsSync(folder) ? folder : undefined;
}
