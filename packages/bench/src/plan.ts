import { makeDirectory } from './directory.ts';
import { missingEngines } from '@digda/testkit/engines/engines.ts';
import { measureBareFsync } from './measure/bare-fsync.ts';
import { Engines, measureAcross } from './measure/cluster.ts';
import { fillRooms } from './measure/fill-rooms.ts';
import { measureIdle } from './measure/idle.ts';
import { measureLargeRoom } from './measure/large-room.ts';
import { measureRestart } from './measure/restart.ts';
import type { ComeBackJob } from './load/come-back.ts';
import type { Step, Workload } from './measure/step.ts';
import { measureUnderLoad } from './measure/under-load.ts';
import { databaseIn, digda, type Rival } from './rivals.ts';
import type { FigureName, Figures } from './results/figures.ts';
import type { Scale } from './scale.ts';
import { DURABLE_LOADS, LOADS, type Load, type WorkloadName } from './workloads.ts';

/** All workloads, in order. Each workload compares its other subjects with the first. */
export function planOf(scale: Scale, rivals: readonly Rival[]): Workload[] {
	return [
		...scale.loads.map((name) => load(name, LOADS[name], scale, rivals)),
		load('durable send, 1 sender', DURABLE_LOADS['durable send, 1 sender'], scale, [digda], [bareFsync(scale)]),
		load('durable send, 64 senders', DURABLE_LOADS['durable send, 64 senders'], scale, [digda]),
		idle(scale, rivals),
		...(scale.restart ? [restart(scale.restart)] : []),
		...(scale.across && missingEngines().length === 0 ? cluster(scale.across, scale) : []),
		largeRoom(scale)
	];
}

/** A step with a single measurement. */
function step(
	workload: WorkloadName,
	subject: string,
	primary: FigureName,
	measure: () => Figures | Promise<Figures>
): Step {
	return { name: subject, run: async () => [{ workload, subject, primary, figures: await measure() }] };
}

function load(
	name: WorkloadName,
	{ primary, ...what }: Load,
	scale: Scale,
	rivals: readonly Rival[],
	before: readonly Step[] = []
): Workload {
	const { warmUpMs, measureMs } = scale;
	const steps = rivals.map((rival) =>
		step(name, rival.name, primary, () => measureUnderLoad(rival, { ...what, warmUpMs, measureMs }))
	);
	const connections = what.rooms ? what.rooms.count * what.rooms.members : what.senders;
	return { name, connections, steps: [...before, ...steps] };
}

function bareFsync({ fsyncMs }: Scale): Step {
	return step('durable send, 1 sender', 'bare fsync', 'p50Ms', () => measureBareFsync(fsyncMs));
}

function idle({ idleConnections: connections, settleMs }: Scale, rivals: readonly Rival[]): Workload {
	const name = 'idle, one room each';
	const measure = (rival: Rival) => () => measureIdle(rival, connections, settleMs);
	const steps = rivals.map((rival) => step(name, rival.name, 'rssBytesPerConnection', measure(rival)));
	return { name, connections, steps };
}

function restart(people: Omit<ComeBackJob, 'port'>): Workload {
	const name = 'restart, all come back at once';
	const steps = [step(name, 'digda', 'untilEqualMs', () => measureRestart(people))];
	return { name, connections: people.rooms * people.members, steps };
}

/** Two nodes on engines of their own, which are started once. */
function cluster(across: NonNullable<Scale['across']>, { warmUpMs, measureMs }: Scale): Workload[] {
	let engines: Engines | undefined;
	const node = async () => await (engines ??= await Engines.start()).node();
	const end = async () => {
		await engines?.stop();
		engines = undefined;
	};
	const [name, durable] = ['two nodes, 10 + 10 in each room', 'durable send on PostgreSQL, 64 senders'] as const;
	const { primary, ...what } = DURABLE_LOADS['durable send, 64 senders'];
	return [
		{
			name,
			connections: 2 * across.rooms * across.members + across.rooms,
			steps: [
				{ name: 'digda', run: async () => await measureAcross(await node(), { ...across, warmUpMs, measureMs }) }
			],
			end
		},
		{
			name: durable,
			connections: what.rooms.count,
			steps: [
				step(durable, 'digda', primary, async () => measureUnderLoad(await node(), { ...what, warmUpMs, measureMs }))
			],
			end
		}
	];
}

/** A large and a small room, filled once, as filling takes longer than measuring. */
function largeRoom({ smallRoom, largeRoom, pageAsks }: Scale): Workload {
	let directory = '';
	const rooms = {
		'small room': { room: 'small', length: smallRoom },
		'large room': { room: 'large', length: largeRoom }
	};
	return {
		name: 'history and start with a large room',
		connections: 1,
		prepare: {
			name: `storing ${largeRoom.toLocaleString('en-GB')} messages`,
			async run() {
				directory = makeDirectory();
				await fillRooms(databaseIn(directory), { small: smallRoom, large: largeRoom });
				return [];
			}
		},
		steps: [{ name: 'digda', run: () => measureLargeRoom(directory, { rooms, asks: pageAsks }) }]
	};
}
