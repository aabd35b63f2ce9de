/** Returns the tag of a message's notification. */
export function tagOf(room: string, seq: number): string {
	return `${room} ${seq}`;
}

/** Shows a notification. Several tabs show one notification of the same tag. */
export async function showNotification(title: string, options: NotificationOptions): Promise<void> {
	// Phones only support notifications of service workers.
	const worker = await findWorker();
	if (worker) await worker.showNotification(title, options);
	else new Notification(title, options);
}

/** Closes the notifications of deleted messages. @param isDeleted returns whether a message may have been deleted */
export async function closeNotifications(isDeleted: (room: string, seq: number) => boolean): Promise<void> {
	const worker = await findWorker();
	for (const notification of (await worker?.getNotifications()) ?? []) {
		const [room = '', seq] = notification.tag.split(' ');
		if (isDeleted(room, Number(seq))) notification.close();
	}
}

/** Finds the service worker; undefined without a secure context. */
async function findWorker(): Promise<ServiceWorkerRegistration | undefined> {
	return 'serviceWorker' in navigator
		? await navigator.serviceWorker.getRegistration().catch(() => undefined)
		: undefined;
}
