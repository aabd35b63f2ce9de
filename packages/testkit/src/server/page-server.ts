/**
 * A server with a page folder of its own, which the variable `PAGE` names, in a process of its own: the program that people
 * start serves the build of the client, and no test may change that.
 */
import { parseEnvironment } from '@digda/server/environment.ts';
import { createLogger } from '@digda/server/log.ts';
import { createServer } from '@digda/server/server.ts';
import { openStore } from '@digda/server/store/open-store.ts';

const environment = parseEnvironment(process.env);
const log = createLogger(environment.LOG_LEVEL);
const store = await openStore(environment.DATABASE_URL, log);
const server = createServer({
	...{ log, store, page: process.env['PAGE'] },
	origins: environment.CLIENT_ORIGIN,
	areRatesLimited: environment.RATE_LIMITS
});
const port = await server.listen(0, '127.0.0.1');
log.info(`Server is running on http://localhost:${port}`);
