import { forEachOf } from './for-each-of.ts';
import { digda } from './dialects/digda.ts';
import { latencyOf, type Latency } from './latency.ts';
import type { Reach } from './task.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export interface AcrossJob {
	/** The ports of the node of the senders, and of another one. */
	ports: readonly [near: number, far: number];
	rooms: number;
	/** The number of members of each room on each of the two nodes. */
	members: number;
	/** The steady rate of all rooms together. */
	perSecond: number;
	warmUpMs: number;
	measureMs: number;
}

/** The latency and the number of deliveries on one of the nodes. */
export interface Side extends Latency {
	deliveries: number;
}

/** Sends on one node to members on two nodes, until its process ends. The steps are those of `sendMessages`. */
export async function sendAcross(job: AcrossJob, reach: Reach): Promise<Record<'near' | 'far', Side>> {
	const { ports, rooms, members, perSecond } = job;
	let sides = ports.map(() => new Heard());

	/** The sending times by room. The first message has index 1. */
	const sentAtMs = Array.from({ length: rooms }, () => [0]);
	for (const [index, port] of ports.entries()) {
		await forEachOf(rooms * members, async (member) => {
			const place = member % rooms;
			const socket = await digda.enter(port, `room-${place}`);
			let heard = 0;
			socket.listen((payload) => {
				const count = digda.deliveries(payload);
				const now = performance.now();
				for (let each = 0; each < count; each += 1) {
					heard += 1;
					sides[index]?.hear(now - (sentAtMs[place]?.[heard] ?? NaN));
				}
			});
		});
	}
	const senders = await forEachOf(rooms, async (place) => {
		const room = `room-${place}`;
		const socket = await digda.enter(ports[0], room);
		socket.listen(() => undefined);
		const { next } = digda.createSender('', room);
		return () => {
			sentAtMs[place]?.push(performance.now());
			socket.write(next());
		};
	});

	void keepSending(senders, perSecond);
	await sleep(job.warmUpMs);
	sides = ports.map(() => new Heard());
	await reach('begun');
	await sleep(job.measureMs);
	const [near, far] = sides;
	sides = [];
	await reach('counted');
	return { near: summarise(near), far: summarise(far) };
}

class Heard {
	readonly times: number[] = [];

	hear(ms: number): void {
		this.times.push(ms);
	}
}

function summarise(heard: Heard | undefined): Side {
	const times = heard?.times ?? [];
	return { deliveries: times.length, ...latencyOf(times) };
}

async function keepSending(senders: readonly (() => void)[], perSecond: number): Promise<void> {
	const begun = performance.now();
	for (let sent = 0; ;) {
		for (; sent < ((performance.now() - begun) / 1_000) * perSecond; sent += 1) senders[sent % senders.length]?.();
		await sleep(1);
	}
}
