import { defineProject } from 'vitest/config';
import { PATIENCE } from '@digda/testkit/patience.ts';

export default defineProject({ test: { ...PATIENCE, name: 'sync', include: ['test/**/*.test.ts'] } });
