import { describe, vi } from 'vitest';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { testPrivateRooms } from '../../../faults/private-room-faults.ts';
import { useGround } from '../../../faults/cluster/directed.ts';

vi.setConfig({ testTimeout: 120_000 });

describe.skipIf(missingEngines().length > 0)('with three nodes', () => {
	testPrivateRooms(useGround());
});
