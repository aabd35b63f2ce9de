import { openOutboxStorage } from '#lib/chat/outbox-db.ts';

// Nothing of a chat is to be seen without a connection; the pages are empty until the script runs.
export const ssr = false;

export const load = async () => ({ storage: await openOutboxStorage() });
