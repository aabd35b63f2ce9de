/** A system call of a traced process. The numbers are lines of the trace. */
export interface SystemCall {
	name: string;
	/** The arguments as the trace prints them. */
	args: string;
	startedAt: number;
	endedAt: number;
}

const WHOLE = /^(\d+) +(\w+)\((.*)\) += /s;
const UNFINISHED = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/s;
const RESUMED = /^(\d+) +<\.\.\. (\w+) resumed>/;

/** Parses the output of `strace -f`, with overlapping calls of several threads. */
export function parseTrace(trace: string): SystemCall[] {
	const calls: SystemCall[] = [];
	const open = new Map<string, SystemCall>();
	trace.split('\n').forEach((line, number) => {
		const [, resumed] = RESUMED.exec(line) ?? [];
		if (resumed !== undefined) {
			const call = open.get(resumed);
			if (call) call.endedAt = number;
			open.delete(resumed);
			return;
		}
		const [, thread = '', name, args = ''] = UNFINISHED.exec(line) ?? WHOLE.exec(line) ?? [];
		if (name === undefined) return;
		const call = { name, args, startedAt: number, endedAt: number };
		calls.push(call);
		if (UNFINISHED.test(line)) {
			// The call ends when it is resumed, or never when the process ends before.
			call.endedAt = Infinity;
			open.set(thread, call);
		}
	});
	return calls;
}
