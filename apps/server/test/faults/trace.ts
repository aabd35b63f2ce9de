/** A call of a traced process to its system; the numbers are lines of the trace. */
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

/** Reads what `strace -f` wrote, with calls of several threads that overlap. */
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
			// It ends when it is resumed; never, when the process ends before.
			call.endedAt = Infinity;
			open.set(thread, call);
		}
	});
	return calls;
}
