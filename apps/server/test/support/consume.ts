import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/store/open-store.ts';

// A program that has the consumer of the database of DATABASE_URL read the lobby to its end.

const store = await openStore(process.env['DATABASE_URL'] ?? '', createLogger('silent'));
(process as NodeJS.EventEmitter).emit('armed');
while ((await store.consume('figures', 'lobby')).left > 0);
await store.close();
