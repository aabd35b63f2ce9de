import { expect, test } from 'vitest';
import { planOf } from '../src/plan.ts';
import type { Workload } from '../src/measure/step.ts';
import { blog, digda } from '../src/rivals.ts';
import { countSteps, run } from '../src/run.ts';
import { QUICK } from '../src/scale.ts';

/** A workload whose steps record that they were run. */
function workloadOf(name: string, subjects: string[], done: string[], prepared?: string): Workload {
	const step = (subject: string) => ({
		name: subject,
		run: () => {
			done.push(subject);
			return Promise.resolve([]);
		}
	});
	return { name, connections: 1, steps: subjects.map(step), ...(prepared && { prepare: step(prepared) }) };
}

test('each round runs every step, begins with another one, and comes after the preparation', async () => {
	const done: string[] = [];
	const told: string[] = [];
	const plan = [workloadOf('one', ['a', 'b', 'c'], done), workloadOf('two', ['d'], done, 'fill')];

	await run(plan, 2, { begin: (step) => told.push(step), end: () => undefined });

	expect(done).toEqual(['a', 'b', 'c', 'b', 'c', 'a', 'fill', 'd', 'd']);
	expect(told).toHaveLength(countSteps(plan, 2));
	expect(told.at(-1)).toBe('two: d, round 2');
});

test('the server of the blog comes first wherever it is measured', () => {
	const withBlog = planOf(QUICK, [blog, digda]).filter(({ steps }) => steps.some(({ name }) => name === 'blog'));

	expect(withBlog.length).toBeGreaterThan(QUICK.loads.length);
	for (const { steps } of withBlog) expect(steps[0]?.name).toBe('blog');
});
