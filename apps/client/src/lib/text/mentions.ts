export function isMentioned(text: string, name: string): boolean {
	return name !== '' && text.includes(`@${name}`);
}
