let next = 0;

/**
 * A port for a server that is started again on the same one. It is outside the range from which the system
 * gives ports to others, and each process has a hundred of its own, so nobody takes it in between.
 */
export function fixedPort(): number {
	return 20_000 + (process.pid % 100) * 100 + (next++ % 100);
}
