const checks: (() => boolean)[] = [];

/** Adds a check for texts of the user that a reload would lose. @param hasUnsent returns whether there are such texts */
export function addUnsentCheck(hasUnsent: () => boolean): void {
	checks.push(hasUnsent);
}

/** Tells whether a reload would lose a text of the user. */
export function hasUnsent(): boolean {
	return checks.some((check) => check());
}
