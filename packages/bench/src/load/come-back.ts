import { randomUUID } from 'node:crypto';
import { RawChat } from '@digda/testkit/raw/RawChat.ts';
import { forEachOf } from './for-each-of.ts';
import { latencyOf, type Latency } from './latency.ts';
import type { Reach } from './task.ts';

export interface ComeBackJob {
	port: number;
	rooms: number;
	/** The number of members of each room. */
	members: number;
	/** The number of messages that each member misses. */
	missed: number;
}

/** A member who has left. */
interface Member {
	room: string;
	token: string;
	/** The head when they left. */
	after: number;
}

/**
 * Fills rooms with people who leave, lets them miss messages, and reconnects all at once after the step `away`.
 * @returns the time of each, from the common start until they had everything
 */
export async function comeBack(job: ComeBackJob, reach: Reach): Promise<Latency> {
	const { port, rooms, members, missed } = job;
	const people = await forEachOf(rooms * members, (index) => visit(port, `room-${index % rooms}`));
	// The first member of each room.
	await forEachOf(rooms, async (index) => await send(port, people[index], missed));
	await reach('away');
	const setOut = performance.now();
	const times = await forEachOf(
		people.length,
		async (index) => {
			await catchUp(port, people[index], missed);
			return performance.now() - setOut;
		},
		people.length
	);
	return latencyOf(times);
}

async function visit(port: number, room: string): Promise<Member> {
	const chat = await RawChat.open(port);
	const { head } = await chat.ask('room:join', { room });
	chat.close();
	return { room, token: chat.token, after: head };
}

async function send(port: number, member: Member | undefined, count: number): Promise<void> {
	if (!member) throw new Error('a room is empty');
	const { room, token } = member;
	const chat = await RawChat.open(port, token);
	for (let sent = 0; sent < count; sent += 1) {
		await chat.ask('message:send', { room, id: randomUUID(), text: `${sent}: 내일 세 시에 볼까요? See you then.` });
	}
	chat.close();
}

/** Rejoins until the head is reached, as clients do, and stays. @throws when a message is missing */
async function catchUp(port: number, member: Member | undefined, missed: number): Promise<void> {
	if (!member) throw new Error('there is no member to reconnect');
	const { room, token } = member;
	const chat = await RawChat.open(port, token);
	let { after } = member;
	let caughtUp = 0;
	for (let head = Infinity; after < head;) {
		const page = await chat.ask('room:join', { room, after });
		if (page.reset || page.from !== after + 1) throw new Error(`${room} has a hole after ${after}`);
		head = page.head;
		caughtUp += page.messages.length;
		after = page.to;
	}
	if (caughtUp !== missed) throw new Error(`${caughtUp} messages came back of ${missed}`);
}
