import type { Nothing, Reply, Rejection } from '@digda/protocol';
import * as v from 'valibot';
import type { Boundary } from '../Boundary.ts';
import type { ErrorLog } from '../limits/LimitedLog.ts';
import type { Metrics } from '../metrics.ts';
import { RejectionError } from '../rejection.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { Conduct } from './Conduct.ts';
import { connectionOf, cutFailed, type AnySocket } from './connection.ts';

/** Handles what came with an event, whatever it is. @throws {RejectionError} which its sender is told */
export type Handler<Socket, Data = object> = (payload: unknown, socket: Socket) => Data | Promise<Data>;

/**
 * A handler that gets what a schema makes of the payload. Up to its first `await` it runs in the turn in which the packet
 * arrived, so requests keep their order.
 */
export function handler<Socket, Input, Data extends object = Nothing>(
	schema: v.GenericSchema<unknown, Input>,
	handle: (input: Input, socket: Socket) => Data | Promise<Data>
): Handler<Socket, Data> {
	return (payload, socket) => {
		const parsed = v.safeParse(schema, payload, { abortEarly: true });
		if (!parsed.success) throw new RejectionError('invalid', parsed.issues[0].message);
		return handle(parsed.output, socket);
	};
}

/** The answer of an event's acknowledgement, as its listener has it. */
type DataOf<Listener extends (...args: never[]) => void> =
	Parameters<Listener> extends [unknown, (reply: Reply<infer Data extends object>) => void] ? Data : Nothing;

/** One handler for each event that a client may emit, with the data that its acknowledgement promises. */
export type Handlers<Events extends Record<keyof Events, (...args: never[]) => void>, Socket> = {
	[Name in keyof Events]: Handler<Socket, DataOf<Events[Name]>>;
};

export interface EventOptions<Socket> {
	/** Lets an event through. @throws {RejectionError} it comes too early */
	admit: (socket: Socket, event: string) => void;
	boundary: Boundary;
	/** Handles an event when that has its turn; without it, at once. */
	inTurn?: <Data>(socket: Socket, event: string, handle: () => Data | Promise<Data>) => Data | Promise<Data>;
	conduct: Conduct;
	log: ErrorLog;
	metrics: Metrics;
}

/**
 * The one way from a packet to a handler and back: unknown events are counted, others wait for their turn, are parsed,
 * handled, and acknowledged when the client asked for it. Whatever a client sends and whatever a handler throws, the
 * process goes on; with `socket.on` alone, a handler that fails would end it.
 */
export function serveEvents<Socket extends AnySocket>(
	handlers: Record<string, Handler<Socket>>,
	{ admit, inTurn = (_socket, _event, handle) => handle(), boundary, conduct, log, metrics }: EventOptions<Socket>
): (socket: Socket) => void {
	const byEvent = new Map(Object.entries(handlers));

	async function respond(socket: Socket, event: string, handle: Handler<Socket>, payload: unknown) {
		try {
			admit(socket, event);
			return { ok: true, data: await inTurn(socket, event, () => handle(payload, socket)) };
		} catch (thrown) {
			const error = toRejection(log, thrown);
			metrics.rejected(error.code);
			return { ok: false, error };
		}
	}

	async function onAny(this: Socket, event: string, ...args: unknown[]): Promise<void> {
		const handle = byEvent.get(event);
		if (!handle) {
			conduct.offend(connectionOf(this), 'stray');
			return;
		}
		// Socket.IO passes the acknowledgement last, also when the client left out the payload.
		const last = args.at(-1);
		const reply = typeof last === 'function' ? (last as (reply: Reply<object>) => void) : undefined;
		const answer = await respond(this, event, handle, args[0]);
		// Each handler answers with what its event promises.
		reply?.(answer as Reply<object>);
	}
	// One function for all sockets.
	const listener = boundary.guard(onAny, function () {
		cutFailed(this);
	});

	return (socket) => void socket.onAny(listener);
}

/** What an asker is told about an error; one that nobody expected is logged here. */
export function toRejection(log: ErrorLog, error: unknown): Rejection {
	if (error instanceof RejectionError) {
		const { code, message, retryAfterMs } = error;
		return { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
	}
	if (error instanceof StoreUnavailable) {
		return { code: 'unavailable', message: 'the log cannot be reached at the moment' };
	}
	log.error({ err: error }, 'A handler failed');
	return { code: 'internal', message: 'the server failed' };
}
