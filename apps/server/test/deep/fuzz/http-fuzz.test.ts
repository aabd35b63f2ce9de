import { test } from 'vitest';
import { playHttpShare, SEED } from '../../fuzz/shares.ts';

test(
	'[REQ-2] no HTTP request ends the server, keeps an honest client waiting, or leaves a descriptor, memory or a timer',
	{ timeout: 120_000 },
	() => playHttpShare(5_000, SEED)
);
