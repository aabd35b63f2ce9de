import { test } from 'vitest';
import { playShare, SEED } from './shares.ts';

test('[REQ-2] no generated input ends the server or keeps an honest client waiting', { timeout: 30_000 }, () =>
	playShare(500, SEED + 1_000)
);
