// The service worker opens the page without a connection. Each build fills a new cache with its files.
import { version } from '$app/env';
import { assets, immutable, prerendered } from '$app/manifest';
import { self } from '$app/service-worker';

const CACHE_PREFIX = 'digda-';
const CACHE = CACHE_PREFIX + version;

/** The route whose page is the fallback for every room. It is not prerendered, so the manifest does not list it. */
const ROOM_PAGE = '/rooms';

/** The timeout of a page. A connection that takes longer counts as dead. */
const PAGE_TIMEOUT_MS = 3_000;

const pathOf = ({ path }: { path: string }) => `/${path}`;
const files = new Set([...immutable, ...assets].map(pathOf));

self.addEventListener('install', (event) => {
	event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([ROOM_PAGE, ...prerendered.map(pathOf), ...files])));
	// A new build takes over at once. An open tab has nearly all of its build in memory, and reloads when a file is missing.
	// A waiting worker stays inactive after a reload. The old page might not be able to read the data of a newer page.
	void self.skipWaiting();
});

self.addEventListener('activate', (event) => {
	event.waitUntil(deleteOldCaches().then(() => self.clients.claim()));
});

self.addEventListener('fetch', (event) => {
	const { request } = event;
	const { origin, pathname } = new URL(request.url);
	// The browser handles all other requests itself, such as the polling of Socket.IO.
	if (request.method !== 'GET' || origin !== self.location.origin) return;
	if (request.mode === 'navigate') event.respondWith(openPage(request, pathname));
	else if (files.has(pathname)) event.respondWith(findCached(pathname).then((file) => file ?? fetch(request)));
});

self.addEventListener('notificationclick', (event) => {
	event.notification.close();
	// The page that showed the notification has set `data`.
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

/** Loads the page from the server, or from the cache after a failure, a timeout, or an error of a proxy or the server. */
async function openPage(request: Request, path: string): Promise<Response> {
	const answer = fetch(request);
	const timeout = new Promise<undefined>((resolve) => setTimeout(resolve, PAGE_TIMEOUT_MS));
	const inTime = await Promise.race([answer.catch(() => undefined), timeout]);
	if (inTime !== undefined && inTime.status < 500) return inTime;
	return (await findCached(path)) ?? (await findCached(ROOM_PAGE)) ?? answer;
}

/** Opens a path in an open window without a reload, or else in a new window. */
async function openWindow(url: string) {
	const [window] = await self.clients.matchAll({ type: 'window' });
	window?.postMessage({ open: url });
	await (window?.focus() ?? self.clients.openWindow(url));
}
