/** Makes the list of emoji from Unicode's names: `pnpm --filter @digda/client emoji`. */
import { writeFileSync } from 'node:fs';
import { makeEmojiList } from './emoji-list.ts';

writeFileSync(new URL('../src/lib/emoji/emoji-list.ts', import.meta.url), makeEmojiList());
