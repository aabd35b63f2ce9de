import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocketLine } from '@digda/testkit/raw/WebSocketLine.ts';
import type { Sender } from './dialects/dialect.ts';
import { DIALECTS, type DialectName } from './dialects/index.ts';
import { forEachOf } from './for-each-of.ts';
import { latencyOf, type Latency } from './latency.ts';
import type { Reach } from './task.ts';

export interface SendJob {
	dialect: DialectName;
	port: number;
	/** Without rooms all connections send to the echo. */
	rooms?: { count: number; members: number };
	/** The number of senders in each room, or of connections to the echo. */
	senders: number;
	/**
	 * Closed loop: each sender has this many messages in flight at any time. Open loop: all senders together send at this
	 * rate, whether or not messages are settled.
	 */
	pace: { inFlight: number } | { perSecond: number };
	warmUpMs: number;
	measureMs: number;
}

/** The result of the measured time. Latency counts from the planned time of sending. */
export interface SendResult extends Latency {
	seconds: number;
	/** The number of settled messages: answered, acknowledged, or back at their sender. */
	messages: number;
	/** The number of deliveries. */
	deliveries: number;
}

/** The counts since counting began. */
class Count {
	messages = 0;
	deliveries = 0;
	readonly latencies: number[] = [];
}

/**
 * Sends messages until its process ends. The steps are `begun` and `counted`. The server is read at each of them: both
 * readings have the same delay, as sending goes on.
 */
export async function sendMessages(job: SendJob, reach: Reach): Promise<SendResult> {
	const { port, rooms, senders, pace } = job;
	const dialect = DIALECTS[job.dialect];
	let count = new Count();
	const speakers: ((dueAt?: number) => void)[] = [];

	function speak(socket: WebSocketLine, sender: Sender): (payload: Buffer) => number {
		/** The planned sending times of messages in flight. */
		const dueTimes: number[] = [];
		const say = (dueAt = performance.now()) => {
			dueTimes.push(dueAt);
			socket.write(sender.next());
		};
		speakers.push(say);
		return (payload) => {
			const settled = sender.settles(payload);
			for (let index = 0; index < settled; index += 1) {
				count.latencies.push(performance.now() - (dueTimes.shift() ?? 0));
				count.messages += 1;
				if ('inFlight' in pace) say();
			}
			return settled;
		};
	}

	const roomCount = rooms?.count ?? 1;
	await forEachOf(roomCount * (rooms?.members ?? senders), async (index) => {
		const room = rooms && `room-${index % roomCount}`;
		const socket = await dialect.enter(port, room);
		const isSender = Math.floor(index / roomCount) < senders;
		const settle = isSender ? speak(socket, dialect.createSender(`s${index}`, room)) : () => 0;
		socket.listen((payload) => {
			const settled = settle(payload);
			count.deliveries += rooms ? dialect.deliveries(payload) : settled;
		});
		socket.onClose(() => {
			throw new Error('the server ended a connection');
		});
	});
	if ('perSecond' in pace) void sendAt(pace.perSecond, speakers);
	else for (let round = 0; round < pace.inFlight; round += 1) speakers.forEach((say) => say());
	await sleep(job.warmUpMs);
	count = new Count();
	const begun = performance.now();
	void reach('begun');
	await sleep(job.measureMs);
	const { messages, deliveries, latencies } = count;
	count = new Count();
	const seconds = (performance.now() - begun) / 1_000;
	await reach('counted');
	return { seconds, messages, deliveries, ...latencyOf(latencies) };
}

/** Sends at a steady rate, in rotation. */
async function sendAt(perSecond: number, speakers: readonly ((dueAt: number) => void)[]): Promise<void> {
	let dueAt = performance.now();
	for (let sent = 0; ;) {
		for (; dueAt < performance.now(); dueAt += 1_000 / perSecond) {
			speakers[sent % speakers.length]?.(dueAt);
			sent += 1;
		}
		await sleep(1);
	}
}
