// The page opens without a connection: its files come from a cache that each build fills anew.
import { version } from '$app/env';
import { assets, immutable, prerendered } from '$app/manifest';
import { self } from '$app/service-worker';

const CACHE_PREFIX = 'digda-';
const CACHE = CACHE_PREFIX + version;

/** A route whose page is that of every room. It is made when it is opened, so that the manifest does not list it. */
const ROOM_PAGE = '/rooms';

/** How long a page is waited for before the line counts as one that hangs. */
const PAGE_TIMEOUT_MS = 3_000;

const pathOf = ({ path }: { path: string }) => `/${path}`;
const files = new Set([...immutable, ...assets].map(pathOf));

self.addEventListener('install', (event) => {
	event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([ROOM_PAGE, ...prerendered.map(pathOf), ...files])));
	// A new build takes over at once: an open tab has nearly all of its build in memory, and is reloaded by SvelteKit
	// where a file of it is gone. A worker that waits is not let in by a reload, and would go on to open an old page,
	// which may not be able to read what a newer one has kept.
	void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
	event.waitUntil(deleteOldCaches().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	// What is not answered here, the polling of the sockets among it, goes its own way.
	if (request.method !== 'GET' || origin !== self.location.origin) return;
	if (request.mode === 'navigate') event.respondWith(openPage(request, pathname));
	else if (files.has(pathname)) event.respondWith(findCached(pathname).then((file) => file ?? fetch(request)));
});

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	// The page that showed it has put it there.
	const { url } = event.notification.data as { url: string };
	event.waitUntil(openWindow(url));
});

async function deleteOldCaches() {
	const names = await caches.keys();
	const old = names.filter((name) => name.startsWith(CACHE_PREFIX) && name !== CACHE);
	await Promise.all(old.map((name) => caches.delete(name)));
}

function findCached(path: string) {
	return caches.match(path, { cacheName: CACHE });
}

/** The page as the server has it; as it was kept when the line is dead or hangs, or a proxy answers for a dead server. */
async function openPage(request: Request, path: string): Promise<Response> {
	const answer = fetch(request);
	const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, PAGE_TIMEOUT_MS));
	const inTime = await Promise.race([answer.catch(() => undefined), timeout]);
	if (inTime !== undefined && inTime.status < 500) return inTime;
	return (await findCached(path)) ?? (await findCached(ROOM_PAGE)) ?? answer;
}

/** Shows a path in a window that is open, which then goes there without a reload, or else in a new one. */
async function openWindow(url: string) {
	const [window] = await self.clients.matchAll({ type: 'window' });
	window?.postMessage({ open: url });
	await (window?.focus() ?? self.clients.openWindow(url));
}
