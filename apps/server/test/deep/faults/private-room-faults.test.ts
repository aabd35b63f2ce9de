import { vi } from 'vitest';
import { openWorld } from '../../faults/directed.ts';
import { testPrivateRooms } from '../../faults/private-room-faults.ts';

vi.setConfig({ testTimeout: 90_000 });

testPrivateRooms(openWorld);
