import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';

// A program that runs a consumer on the lobby of the database at DATABASE_URL until it has read everything.

const store = await openStore(process.env['DATABASE_URL'] ?? '', createLogger('silent'));
(process as NodeJS.EventEmitter).emit('armed');
while ((await store.consume('figures', 'lobby')).left > 0);
await store.close();
