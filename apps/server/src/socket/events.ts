import type { Nothing, Reply, Rejection } from '@digda/protocol';
import * as v from 'valibot';
import type { Boundary } from '../Boundary.ts';
import type { ErrorLog } from '../limits/LimitedLog.ts';
import type { Metrics } from '../metrics.ts';
import { RejectionError } from '../rejection.ts';
import { StoreUnavailable } from '../store/store.ts';
import type { Conduct } from './Conduct.ts';
import { connectionOf, cutFailed, type AnySocket } from './connection.ts';

/** Handles an unvalidated payload. @throws {RejectionError} the sender receives it */
export type Handler<Socket, Data = object> = (payload: unknown, socket: Socket) => Data | Promise<Data>;

/**
 * Makes a handler that validates its payload with a schema. Up to its first `await` it runs in the tick in which the
 * packet arrived, so requests keep their order.
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

/** The data of an event's acknowledgement, from its listener type. */
type DataOf<Listener extends (...args: never[]) => void> =
	Parameters<Listener> extends [unknown, (reply: Reply<infer Data extends object>) => void] ? Data : Nothing;

/** The handlers of all client events. Each returns the data of its acknowledgement. */
export type Handlers<Events extends Record<keyof Events, (...args: never[]) => void>, Socket> = {
	[Name in keyof Events]: Handler<Socket, DataOf<Events[Name]>>;
};

export interface EventOptions<Socket> {
	/** Counts an event. @throws {RejectionError} it comes too early */
	admit: (socket: Socket, event: string) => void;
	boundary: Boundary;
	/** Runs a handler when its queue permits; by default at once. */
	schedule?: <Data>(socket: Socket, event: string, handle: () => Data | Promise<Data>) => Data | Promise<Data>;
	conduct: Conduct;
	log: ErrorLog;
	metrics: Metrics;
}

/**
 * Serves all events of a namespace: counts unknown events; limits, queues, validates and handles the others; and
 * acknowledges on request. Bad packets and failing handlers never end the process, as they would with plain
 * `socket.on`.
 */
export function serveEvents<Socket extends AnySocket>(
	handlers: Record<string, Handler<Socket>>,
	{ admit, schedule = (_socket, _event, handle) => handle(), boundary, conduct, log, metrics }: EventOptions<Socket>
): (socket: Socket) => void {
	const byEvent = new Map(Object.entries(handlers));

	async function respond(socket: Socket, event: string, handle: Handler<Socket>, payload: unknown) {
		try {
			admit(socket, event);
			return { ok: true, data: await schedule(socket, event, () => handle(payload, socket)) };
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
		// Socket.IO passes the acknowledgement last, even without a payload.
		const last = args.at(-1);
		const reply = typeof last === 'function' ? (last as (reply: Reply<object>) => void) : undefined;
		const answer = await respond(this, event, handle, args[0]);
		// `Handlers` ties the data of each handler to its event.
		reply?.(answer as Reply<object>);
	}
	// A shared function saves memory.
	const listener = boundary.guard(onAny, function () {
		cutFailed(this);
	});

	return (socket) => void socket.onAny(listener);
}

/** Makes the client's view of an error. It logs an unexpected one. */
export function toRejection(log: ErrorLog, error: unknown): Rejection {
	if (error instanceof RejectionError) {
		const { code, message, retryAfterMs } = error;
		return { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
	}
	if (error instanceof StoreUnavailable) {
		return { code: 'unavailable', message: 'the log is unavailable at the moment' };
	}
	log.error({ err: error }, 'A handler failed');
	return { code: 'internal', message: 'the server failed' };
}
