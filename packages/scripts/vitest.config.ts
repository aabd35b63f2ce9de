import { defineProject } from 'vitest/config';
import { PATIENCE } from '@digda/testkit/patience.ts';

export default defineProject({
	test: { ...PATIENCE, name: 'scripts', include: ['test/**/*.test.ts'] }
});
