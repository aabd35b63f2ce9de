/** The key code that browsers give to a key which an input method has taken. */
const TAKEN_BY_INPUT_METHOD = 229;

/**
 * Whether a key belongs to the composition of an input method (Korean, Japanese, Chinese). The Enter that
 * ends a composition must not send as well; Safari reports it after the composition has ended, so that only
 * its old key code tells.
 */
export function isComposing(event: KeyboardEvent): boolean {
	// eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other sign of it in Safari
	return event.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD;
}
