import type { Reroute } from '@sveltejs/kit/hooks';
import { escapeStrayPercents } from '#lib/frame/escape-stray-percents.ts';

/** SvelteKit cannot start under a path that it cannot decode. */
export const reroute: Reroute = ({ url }) => escapeStrayPercents(url.pathname);
