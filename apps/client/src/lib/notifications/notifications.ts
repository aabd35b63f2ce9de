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

/** Closes the notifications of deleted messages. @param isDeleted tells whether a message is one of them */
export async function closeNotifications(isDeleted: (room: string, seq: number) => boolean): Promise<void> {
	const worker = await findWorker();
	for (const notification of (await worker?.getNotifications()) ?? []) {
		const [room = '', seq] = notification.tag.split(' ');
		if (isDeleted(room, Number(seq))) notification.close();
	}
}

/** Without a secure context there is none. */
async function findWorker(): Promise<ServiceWorkerRegistration | undefined> {
	return 'serviceWorker' in navigator
		? await navigator.serviceWorker.getRegistration().catch(() => undefined)
		: undefined;
}
