import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { failure, NOTHING, type Outcome } from './Outcome.ts';
import { ROOT } from './root.ts';
import { run } from './run-reporting.ts';

/** All that the page is made of, from the top of the project. Folders count, too: a file may have gone. */
const SOURCES = [
	'apps/client/{src,static,messages}/**',
	'apps/client/*.{ts,json}',
	'packages/{protocol,sync}/src/**',
	'pnpm-lock.yaml'
];

/** Made by the build itself. */
const GENERATED = '**/paraglide/**';

/** Builds the page, unless it is younger than all that it is made of. */
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
