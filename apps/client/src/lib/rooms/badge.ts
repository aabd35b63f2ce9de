import { asset } from '$app/paths';

/** Shows the number of unread messages on the icon of the tab and on the icon of the installed app. */
export function showBadge(unread: number): void {
	const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
	if (icon) icon.href = asset(unread > 0 ? 'icon-unread.svg' : 'icon.svg');
	// The type says that `setAppBadge` always exists.
	const app: Partial<Navigator> = navigator;
	app.setAppBadge?.(unread).catch(() => undefined);
}
