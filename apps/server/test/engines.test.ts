import { expect, test } from 'vitest';
import { missingEngines } from '@digda/testkit/engines/engines.ts';

test.runIf(process.env['CI'])('CI has every server that the cluster tests need', () => {
	expect(missingEngines(), 'not installed').toEqual([]);
});
