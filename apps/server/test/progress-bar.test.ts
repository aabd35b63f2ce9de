import { PassThrough } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { expect, test } from 'vitest';
import { ProgressBar } from '../src/ProgressBar.ts';

const CLEARED = '\u001b[1G\u001b[2K';

test('a progress bar stays in one line of the terminal, and clears it at the end', () => {
	// The parts of a terminal that it uses.
	const terminal = Object.assign(new PassThrough(), { columns: 40 }) as unknown as WriteStream;
	const bar = new ProgressBar(terminal);
	bar.draw(0, 4, 'Copying');
	bar.draw(1, 4, 'Copying a name that is too long');
	bar.draw(5, 4, 'Copying');
	bar.draw(0, 0, 'Nothing');
	bar.clear();
	const read = (terminal as unknown as PassThrough).read() as Buffer;
	expect(read.toString().split(CLEARED)).toEqual([
		'',
		`${'░'.repeat(24)} 0/4 Copying`,
		`${'█'.repeat(6)}${'░'.repeat(18)} 1/4 Copying a `,
		`${'█'.repeat(24)} 5/4 Copying`,
		`${'█'.repeat(24)} 0/0 Nothing`,
		''
	]);
});
