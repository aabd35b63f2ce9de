import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure, NOTHING, type Outcome } from './Outcome.ts';
import { ROOT } from './root.ts';
import { run } from './run-reporting.ts';

/** The sources of the page, relative to the project. Folders count, too: a file may have been removed. */
const SOURCES = [
	'apps/client/{src,static,messages}/**',
	'apps/client/*.{ts,json}',
	'packages/{protocol,sync}/src/**',
	'pnpm-lock.yaml'
];

/** Made by the build itself. */
const GENERATED = '**/paraglide/**';

/** Builds the page, unless it is newer than all of its sources. */
export function buildPage(): Outcome {
	if (isBuilt()) return NOTHING;
	return run(['build']) ? NOTHING : failure('The page could not be built.');
}

function isBuilt(): boolean {
	const page = statSync(join(ROOT, 'apps/client/build/index.html'), { throwIfNoEntry: false });
	if (page === undefined) return false;
	const sources = globSync(SOURCES, { cwd: ROOT, exclude: [GENERATED, 'apps/client/src/lib'] });
	return sources.every((file) => statSync(join(ROOT, file)).mtimeMs < page.mtimeMs);
}
