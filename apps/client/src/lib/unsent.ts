const checks: (() => boolean)[] = [];

/** Adds a part of the page that may hold texts of the user which a reload would lose. @param hasUnsent tells whether it does */
export function addUnsentCheck(hasUnsent: () => boolean): void {
	checks.push(hasUnsent);
}

/** Tells whether a reload would lose a text of the user. */
export function hasUnsent(): boolean {
	return checks.some((check) => check());
}
