import { findChromium } from '@digda/client/chromium.ts';
import { missingForInputMethod } from '@digda/client/InputMethod.ts';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import type { Outcome } from './Outcome.ts';
import { buildPage } from './page.ts';
import { runPlaywright } from './playwright.ts';
import { runVitest } from './vitest.ts';

/** Which tests to run: the fast ones, the slow ones, or all. */
export const DEPTHS = ['fast', 'deep', 'all'] as const;
export type Depth = (typeof DEPTHS)[number];

/** A part of a run. Parts do not run at the same time. */
export interface Part {
	name: string;
	run: () => Outcome;
	/** A program that it needs and this machine lacks. The part is then left out. */
	lacks?: string | undefined;
}

const chromium = () => (findChromium() === undefined ? 'a Chromium: install one or set CHROMIUM_PATH' : undefined);

const inputMethod = () => {
	const missing = missingForInputMethod();
	return missing.length === 0 ? chromium() : missing.join(', ');
};

const FAST: Part[] = [
	{ name: 'tests that can fail fast', run: () => runVitest(['!*-deep']) },
	{
		name: 'the main stories in a browser',
		lacks: chromium(),
		run: () => runPlaywright(['--project=stories', '--grep=@main'])
	}
];

const DEEP: Part[] = [
	{ name: 'deep tests', run: () => runVitest(['*-deep']) },
	{
		name: 'all other stories in a browser',
		lacks: chromium(),
		run: () => runPlaywright(['--project=stories', '--grep-invert=@main'])
	},
	{
		name: 'stories that are typed with a real Korean input method',
		lacks: inputMethod(),
		run: () => runPlaywright(['--project=input-method'])
	},
	{
		name: 'stories in which the page is measured',
		lacks: chromium(),
		run: () => runPlaywright(['--project=measurements'])
	}
];

/** The parts of a run, in order. No test runs without the page. */
export function partsOf(depth: Depth): [page: Part, ...tests: Part[]] {
	const tests = { fast: FAST, deep: DEEP, all: [...FAST, ...DEEP] }[depth];
	return [{ name: 'build the page', run: buildPage }, ...tests];
}

/** One line for each missing engine, as the tests that need it are skipped silently. */
export function missing(): string[] {
	return missingEngines().map((name) => `No ${name} was found: the tests of several nodes that need it did not run.`);
}
