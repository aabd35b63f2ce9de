import { findChromium } from '@digda/client/chromium.ts';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import type { Outcome } from './Outcome.ts';
import { buildPage } from './page.ts';
import { runPlaywright } from './playwright.ts';
import { runVitest } from './vitest.ts';

/** Which tests: those that can fail fast, those that take their time, or all. */
export const DEPTHS = ['fast', 'deep', 'all'] as const;
export type Depth = (typeof DEPTHS)[number];

/** A part of a run, which has the machine for itself. */
export interface Part {
	name: string;
	run: () => Outcome;
	/** What it needs and this machine lacks: nothing of it runs. */
	lacks?: string | undefined;
}

const chromium = () => (findChromium() === undefined ? 'a Chromium: install one or set CHROMIUM_PATH' : undefined);

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
		name: 'stories in which the page is measured',
		lacks: chromium(),
		run: () => runPlaywright(['--project=measurements'])
	}
];

/** The parts of a run, in order; nothing runs without the page. */
export function partsOf(depth: Depth): [page: Part, ...tests: Part[]] {
	const tests = { fast: FAST, deep: DEEP, all: [...FAST, ...DEEP] }[depth];
	return [{ name: 'build the page', run: buildPage }, ...tests];
}

/** What parts run without: tests that need it are not run, and nobody says so but this line. */
export function missing(): string[] {
	return missingEngines().map((name) => `No ${name} was found: the tests of several nodes that need it did not run.`);
}
