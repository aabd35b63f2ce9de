/** Copies a text. @returns whether it succeeded */
export async function copyText(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return copySelected(text);
	}
}

/** Copies a text by selecting it: on plain http there is no clipboard API. The focus returns to its element. */
function copySelected(text: string): boolean {
	const { activeElement } = document;
	const field = document.createElement('textarea');
	field.value = text;
	// A modal dialog makes everything else inert.
	(document.querySelector('dialog[open]') ?? document.body).append(field);
	field.select();
	// eslint-disable-next-line @typescript-eslint/no-deprecated
	const isCopied = document.execCommand('copy');
	field.remove();
	if (activeElement instanceof HTMLElement) activeElement.focus();
	return isCopied;
}
