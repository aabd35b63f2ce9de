/** The first argument of the next event of a socket or a manager. */
export function nextEvent(
	emitter: { once(event: never, listener: (value: unknown) => void): unknown },
	event: string
): Promise<unknown> {
	return new Promise((resolve) => emitter.once(event as never, resolve));
}
