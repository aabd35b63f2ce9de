/**
 * How the names of all channels begin in which the nodes on one log speak. With the name of the log, so that two
 * communities that use one Redis hear nothing of each other.
 * @param epoch of the store
 */
export function channelPrefix(epoch: string): string {
	return `digda:${epoch}:`;
}
