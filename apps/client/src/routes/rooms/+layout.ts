import { openOutboxStorage } from '#lib/chat/outbox-db.ts';

// Rooms are not known when the page is built, and nothing of them is to be seen without a connection.
export const ssr = false;
export const prerender = false;

export const load = async () => ({ storage: await openOutboxStorage() });
