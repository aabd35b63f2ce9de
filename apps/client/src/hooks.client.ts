import type { ClientInit } from '@sveltejs/kit/hooks';
import { dev } from '$app/env';
import { goto } from '$app/navigation';
import type { ResolvedPathname } from '$app/types';
import { escapeStrayPercents } from '#lib/frame/escape-stray-percents.ts';

/**
 * Mends a fragment that cannot be decoded, registers the service worker, and opens the room whose notification was clicked. SvelteKit's own registration would
 * do so in development as well, and complain in a browser that forbids pages to keep anything.
 */
export const init: ClientInit = () => {
	// SvelteKit decodes it when the page has been drawn, and would stop there.
	const fragment = escapeStrayPercents(location.hash);
	if (fragment !== location.hash) history.replaceState(history.state, '', fragment);
	if (dev || !('serviceWorker' in navigator)) return;
	navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
	navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ open: ResolvedPathname }>) => {
		void goto(data.open);
	});
};
