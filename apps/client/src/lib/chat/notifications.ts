/** Names the notification of a message. */
export function tagOf(room: string, seq: number): string {
	return `${room} ${seq}`;
}

/** Tabs that show the same message show one notification: it has a tag. */
export async function showNotification(title: string, options: NotificationOptions): Promise<void> {
	// Phones know notifications of service workers alone.
	const worker = await findWorker();
	if (worker) await worker.showNotification(title, options);
	else new Notification(title, options);
}

/** What was deleted is not quoted any more, whenever that is heard. */
export async function closeNotifications(tags: readonly string[]): Promise<void> {
	if (tags.length === 0) return;
	const worker = await findWorker();
	for (const notification of (await worker?.getNotifications()) ?? []) {
		if (tags.includes(notification.tag)) notification.close();
	}
}

/** Without a secure context there is none. */
async function findWorker(): Promise<ServiceWorkerRegistration | undefined> {
	return 'serviceWorker' in navigator
		? await navigator.serviceWorker.getRegistration().catch(() => undefined)
		: undefined;
}
