/** What the reader can do with a message; undefined if the reader may not. */
export interface MessageActions {
	reply?: (() => void) | undefined;
	edit?: (() => void) | undefined;
	react?: ((emoji: string, isSet: boolean) => void) | undefined;
	/** @returns whether the link to the message was copied */
	copyLink?: (() => Promise<boolean>) | undefined;
	/** Asks first. */
	delete?: (() => void) | undefined;
}
