import { asset } from '$app/paths';

/** Shows on the icon of the tab, and on that of the installed app, that so many messages are unread. */
export function showBadge(unread: number): void {
	const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
	if (icon) icon.href = asset(unread > 0 ? 'icon-unread.svg' : 'icon.svg');
	// The types say that it is always there.
	const app: Partial<Navigator> = navigator;
	app.setAppBadge?.(unread).catch(() => undefined);
}
