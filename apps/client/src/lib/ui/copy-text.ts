/** Copies the text of a field. @returns whether it succeeded */
export async function copyText(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
	field.select();
	try {
		await navigator.clipboard.writeText(field.value);
		return true;
	} catch {
		// On plain http there is no clipboard API.
		// eslint-disable-next-line @typescript-eslint/no-deprecated
		return document.execCommand('copy');
	}
}

/** Copies the text of a URL. @returns whether it succeeded */
export async function copyUrl(url: URL): Promise<boolean> {
	const field = document.createElement('textarea');
	field.value = url.href;
	const { activeElement } = document;
	// Nothing outside of a modal dialog can be selected.
	(activeElement?.closest('dialog') ?? document.body).append(field);
	try {
		return await copyText(field);
	} finally {
		field.remove();
		if (activeElement instanceof HTMLElement) activeElement.focus();
	}
}
