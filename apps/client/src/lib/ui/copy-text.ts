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
