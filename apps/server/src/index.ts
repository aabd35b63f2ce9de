import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EnvironmentError, parseEnvironment, type Environment } from './environment.ts';
import { createLogger } from './log.ts';
import { createServer } from './server.ts';
import { explainListenError } from './listen-error.ts';
import { openStore } from './store/open-store.ts';
import { StoreRefusal, type Store } from './store/store.ts';

/** The process ends at the latest this long after the first signal. */
const SHUTDOWN_MS = 9_000;

function readEnvironment(): Environment {
	try {
		return parseEnvironment(process.env);
	} catch (error) {
		if (!(error instanceof EnvironmentError)) throw error;
		console.error(error.message);
		process.exit(1);
	}
}

async function openLog(): Promise<Store> {
	try {
		return await openStore(DATABASE_URL, log);
	} catch (error) {
		if (!(error instanceof StoreRefusal)) throw error;
		console.error(error.message);
		process.exit(1);
	}
}

const { PORT, HOST, CLIENT_ORIGIN, DATABASE_URL, LOG_LEVEL, NODE_ENV } = readEnvironment();
const log = createLogger(LOG_LEVEL);

const build = fileURLToPath(new URL('../../client/build', import.meta.url));
const page = NODE_ENV !== 'development' && existsSync(build) ? build : undefined;

const store = await openLog();
const server = createServer({ log, origins: CLIENT_ORIGIN, page, store });

try {
	const port = await server.listen(PORT, HOST);
	log.info(`Server is running on http://localhost:${port}`);
} catch (error) {
	console.error(explainListenError(error, PORT, HOST));
	process.exit(1);
}

async function shutDown(): Promise<void> {
	await server.close();
	await store.close();
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.on(signal, () => {
		log.info(`${signal}: closing`);
		setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
		void shutDown().then(() => process.exit(0));
	});
}
