import { MAX_HELD_MESSAGES, type RequestName, type RequestPayload } from '@digda/protocol';
import { RawChat } from '@digda/testkit/raw/RawChat.ts';
import { latencyOf, type Latency } from './latency.ts';

export interface PageJob {
	port: number;
	/** Rooms by their names in the result. */
	rooms: Record<string, { room: string; length: number }>;
	/** The number of requests of each kind for each room. */
	asks: number;
}

/** Half a page: requests keep this distance from the ends of the log. */
const MARGIN = 60;

type Request = { [Name in RequestName]: [Name, RequestPayload<Name>] }['room:join' | 'history:read'];

const middle = (length: number) => MARGIN + Math.floor(Math.random() * (length - MARGIN));

/** The requests of a client for a room, by a readable name. */
const REQUESTS = {
	join: (room) => ['room:join', { room }],
	'join after an absence': (room, length) => [
		'room:join',
		{ room, from: Math.max(1, length - 99 - MAX_HELD_MESSAGES), after: length - 100 }
	],
	'latest page': (room, length) => ['history:read', { room, before: length + 1 }],
	'page in the middle': (room, length) => ['history:read', { room, before: middle(length) }],
	'page around': (room, length) => ['history:read', { room, around: middle(length) }]
} satisfies Record<string, (room: string, length: number) => Request>;

export type PageName = keyof typeof REQUESTS;
export const PAGE_NAMES = Object.keys(REQUESTS) as PageName[];

/** A kind of request, its room, and the latency of its answers. */
export interface PageResult extends Latency {
	page: PageName;
	room: string;
}

/** Requests pages, one at a time, of all rooms in rotation. @throws when one is rejected */
export async function readPages({ port, rooms, asks }: PageJob): Promise<PageResult[]> {
	const chat = await RawChat.open(port);
	for (const { room } of Object.values(rooms)) await chat.ask('room:join', { room });

	const results: PageResult[] = [];
	for (const page of PAGE_NAMES) {
		const taken = Object.entries(rooms).map(([name, room]) => ({ name, room, times: [] as number[] }));
		for (let asked = 0; asked < asks; asked += 1) {
			for (const { room, times } of taken) times.push(await timeOf(chat, REQUESTS[page](room.room, room.length)));
		}
		results.push(...taken.map(({ name, times }) => ({ page, room: name, ...latencyOf(times) })));
	}
	return results;
}

/** The time of an answer, which is not parsed. */
async function timeOf(chat: RawChat, [name, payload]: Request): Promise<number> {
	const asked = performance.now();
	const answer = await chat.request(name, payload);
	const taken = performance.now() - asked;
	if (answer.includes('"ok":false')) throw new Error(answer);
	return taken;
}
