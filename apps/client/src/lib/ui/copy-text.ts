/** Copies the text of a field. @returns whether that worked */
export async function copyText(field: HTMLInputElement | HTMLTextAreaElement): Promise<boolean> {
	field.select();
	try {
		await navigator.clipboard.writeText(field.value);
		return true;
	} catch {
		// On plain http there is no other way.
		// eslint-disable-next-line @typescript-eslint/no-deprecated
		return document.execCommand('copy');
	}
}
