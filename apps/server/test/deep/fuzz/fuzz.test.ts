import { test } from 'vitest';
import { playShare, SEED } from '../../fuzz/shares.ts';

test('[REQ-2] no generated input ends the server or keeps an honest client waiting', { timeout: 120_000 }, () =>
	playShare(5_000, SEED)
);
