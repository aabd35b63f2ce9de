import type { Line } from './Line.ts';

/** The parts of an answer that tests use. */
export interface Answer {
	/** 0 when the connection was closed without an answer. */
	status: number;
	/** By their names in lower case. */
	headers: Record<string, string>;
	body: string;
}

const NO_ANSWER: Answer = { status: 0, headers: {}, body: '' };

/** The text of a request, without any headers but the given ones. */
export function requestText(start: string, headers: Record<string, string> = {}, body = ''): string {
	const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}`);
	return [`${start} HTTP/1.1`, ...lines, '', body].join('\r\n');
}

/** Waits for the next answer on a connection and takes it, or for the end of the connection. */
export async function nextAnswer(line: Line, isHead = false): Promise<Answer> {
	return await line.until('an answer', () => {
		const found = parseAnswer(line.heard.toString('latin1'), line.isClosed, isHead);
		if (found === undefined) return line.isClosed ? NO_ANSWER : undefined;
		line.take(found.length);
		return found.answer;
	});
}

/** Sends a request on an open connection. @returns the answer */
export async function ask(line: Line, request: string | Uint8Array, isHead = false): Promise<Answer> {
	line.write(request);
	return await nextAnswer(line, isHead);
}

/** Whether the server answers once more on a connection, or closes it. */
export async function isStillOpen(line: Line): Promise<boolean> {
	const { status } = await ask(line, requestText('GET /nobody-is-here'));
	return status !== 0;
}

interface Found {
	answer: Answer;
	length: number;
}

function parseAnswer(heard: string, isClosed: boolean, isHead: boolean): Found | undefined {
	const end = heard.indexOf('\r\n\r\n');
	if (end < 0) return undefined;
	const [start = '', ...lines] = heard.slice(0, end).split('\r\n');
	const status = Number(start.split(' ')[1]);
	// The final answer follows.
	if (status === 100) return parseAnswer(heard.slice(end + 4), isClosed, isHead);
	const headers = Object.fromEntries(
		lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
	) as Answer['headers'];
	const from = end + 4;
	const whole = (length: number): Found => ({
		answer: { status, headers, body: heard.slice(from, from + length) },
		length: from + length
	});
	if (isHead || status === 101 || status === 204 || status === 304) return whole(0);

	const length = headers['content-length'];
	if (length !== undefined) return heard.length >= from + Number(length) ? whole(Number(length)) : undefined;
	if (headers['transfer-encoding'] === 'chunked') {
		const last = heard.indexOf('0\r\n\r\n', from);
		return last < 0 ? undefined : whole(last + 5 - from);
	}
	return isClosed ? whole(heard.length - from) : undefined;
}
