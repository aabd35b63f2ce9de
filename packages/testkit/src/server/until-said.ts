import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

/**
 * Waits until a new program has printed a text on either of its outputs, and reads on for ever.
 * @throws when it ends instead, with its output
 */
export async function untilSaid(child: ChildProcessByStdio<null, Readable, Readable>, words: string): Promise<void> {
	let said = '';
	await new Promise<void>((resolve, reject) => {
		const listen = (chunk: unknown) => {
			said += String(chunk);
			if (said.includes(words)) resolve();
		};
		child.stdout.on('data', listen);
		child.stderr.on('data', listen);
		child.once('error', reject);
		child.once('close', () => reject(new Error(`it ended without printing "${words}": ${said}`)));
	});
}
