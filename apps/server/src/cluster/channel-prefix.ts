/**
 * The prefix of all Redis channels of the nodes on one log. It contains the epoch, so that two communities on one Redis
 * do not receive each other's messages.
 * @param epoch the epoch of the store
 */
export function channelPrefix(epoch: string): string {
	return `digda:${epoch}:`;
}
