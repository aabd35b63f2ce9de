import { vi } from 'vitest';
import { openWorld } from './directed.ts';
import { testPrivateRooms } from './private-rooms.ts';

vi.setConfig({ testTimeout: 90_000 });

testPrivateRooms(openWorld);
