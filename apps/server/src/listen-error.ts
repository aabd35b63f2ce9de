/** Explains in one line why the server cannot listen, and the remedy. */
export function explainListenError(error: unknown, port: number, host: string | undefined): string {
	const { code, message } = error as NodeJS.ErrnoException;
	switch (code) {
		case 'EADDRINUSE':
			return `PORT ${port} is already in use: end the program that uses it, or choose another port with PORT=${port + 1}`;
		case 'EACCES':
			return `PORT ${port} needs more rights than this user has: choose one above 1023`;
		case 'EADDRNOTAVAIL':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return `HOST ${host} is not an address of this machine: leave it out to listen on all`;
		default:
			return `The server cannot listen on port ${port}: ${message}`;
	}
}
