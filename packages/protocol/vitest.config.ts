import { defineProject } from 'vitest/config';
import { PATIENCE } from '@digda/testkit/patience.ts';

export default defineProject({
	test: {
		...PATIENCE,
		name: 'protocol',
		include: ['test/**/*.test.ts'],
		typecheck: { enabled: true, include: ['test/**/*.test-d.ts'], tsconfig: './tsconfig.json' }
	}
});
