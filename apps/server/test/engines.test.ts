import { expect, test } from 'vitest';
import { missingEngines } from '@digda/testkit/engines/engines.ts';

test.runIf(process.env['CI'])('CI has every real server that tests of a cluster need', () => {
	expect(missingEngines(), 'not installed').toEqual([]);
});
