/** The key code of a key that an input method has handled. */
const TAKEN_BY_INPUT_METHOD = 229;

/**
 * Tells whether a key belongs to the composition of an input method (Korean, Japanese, Chinese). The Enter that ends a
 * composition must not send. Safari reports that key after the end of the composition, so only its key code identifies it.
 */
export function isComposing(event: KeyboardEvent): boolean {
	// eslint-disable-next-line @typescript-eslint/no-deprecated -- Safari has no other indication
	return event.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD;
}
