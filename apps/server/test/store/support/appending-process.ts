import { createLogger } from '../../../src/log.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { entryOf } from './entries.ts';

// Appends to the database of its argument until it is killed, and prints each seq that was acknowledged.

const store = await openStore(process.argv[2] ?? '', createLogger('silent'));
await store.join('ada', 'lobby', 1);
for (let number = 1; ; number += 1) {
	const author = { id: 'ada', name: 'Ada' };
	const entry = entryOf('message', 'ada', `m${number}`, { text: `${number}` }, { author });
	const [appended] = (await store.append([entry], [])).entries;
	if (appended?.ok) process.stdout.write(`${appended.seq}\n`);
}
