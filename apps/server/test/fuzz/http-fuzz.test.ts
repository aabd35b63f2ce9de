import { test } from 'vitest';
import { playHttpShare, SEED } from './shares.ts';

test(
	'[REQ-2] no HTTP request ends the server, keeps an honest client waiting, or leaves a descriptor, memory or a timer',
	{ timeout: 30_000 },
	() => playHttpShare(500, SEED + 1_000)
);
