import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, parseEnvironment } from './environment.ts';
import { endOnUnexpectedErrors } from './last-resort.ts';
import { createLogger, standardOutput } from './log.ts';
import { explainListenError } from './listen-error.ts';
import { openStore } from './store/open-store.ts';
import { StoreRefusal } from './store/store.ts';

/** The process ends at the latest this long after the first signal. */
const SHUTDOWN_MS = 9_000;

/** Does a first step; when it is refused for a reason that the starter can mend, says so in one line and ends. */
async function begin<Result>(step: () => Result | Promise<Result>, Mendable: new () => Error): Promise<Result> {
	try {
		return await step();
	} catch (error) {
		if (!(error instanceof Mendable)) throw error;
		console.error(error.message);
		process.exit(1);
	}
}

const environment = await begin(() => parseEnvironment(process.env), EnvironmentError);
const { PORT, HOST, DATABASE_URL, REDIS_URL, LOG_LEVEL, NODE_ENV } = environment;
const output = standardOutput();
const log = createLogger(LOG_LEVEL, output);

const build = fileURLToPath(new URL('../../client/build', import.meta.url));
const page = NODE_ENV !== 'development' && existsSync(build) ? build : undefined;

const opening = begin(() => openStore(DATABASE_URL, log, endDamaged), StoreRefusal);
// Meanwhile a thread opens the database.
const [{ createServer }, { Metrics }, { collectDefaultMetrics }] = await Promise.all([
	import('./server.ts'),
	import('./metrics.ts'),
	import('prom-client')
]);
const store = await opening;
const line = REDIS_URL === undefined ? undefined : await openLine(REDIS_URL);
const metrics = new Metrics();
output.destination.onLoss((reason, lines) => metrics.droppedLogLines(reason, lines));
collectDefaultMetrics({ register: metrics.registry });
const server = createServer({
	...{ log, page, store, metrics, line },
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

/** The driver of Redis is loaded where there is one. */
async function openLine(url: string) {
	if (!store.isShared) {
		console.error('REDIS_URL is set: nodes share a log in PostgreSQL, which DATABASE_URL names');
		process.exit(1);
	}
	const { RedisLine } = await import('./cluster/RedisLine.ts');
	return new RedisLine(url, log);
}

async function close(): Promise<void> {
	await server.close();
	await store.close();
	line?.close();
}

/** Closes in order, and ends the process: with this code, or with 1 when closing fails. */
async function end(code: number): Promise<void> {
	setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
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

/** A database that turns out to be damaged gets nothing more to hold. */
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
