import type { ClientInit } from '@sveltejs/kit/hooks';
import { dev } from '$app/env';
import { goto } from '$app/navigation';
import type { ResolvedPathname } from '$app/types';
import { applyLook } from '#lib/frame/look.ts';
import { escapeStrayPercents } from '#lib/frame/escape-stray-percents.ts';

/**
 * Applies the look, escapes a fragment that cannot be decoded, registers the service worker, and opens the room of a clicked notification.
 * SvelteKit's own registration also runs in development, and logs an error in a browser that blocks site data.
 */
export const init: ClientInit = () => {
	applyLook();
	// SvelteKit decodes the fragment after the first render, and an error would stop it there.
	const fragment = escapeStrayPercents(location.hash);
	if (fragment !== location.hash) history.replaceState(history.state, '', fragment);
	if (dev || !('serviceWorker' in navigator)) return;
	navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
	navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<{ open: ResolvedPathname }>) => {
		void goto(data.open);
	});
};
