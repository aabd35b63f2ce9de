import type { Nothing, Reply, ReplyError } from '@digda/protocol';
import * as v from 'valibot';
import type { Logger } from '../log.ts';
import { Refusal } from '../refusal.ts';
import { StoreUnavailable } from '../store/store.ts';

/**
 * Makes a listener that survives whatever a client sends: it parses the first argument, hands it to the
 * handler, and acknowledges when the client asked for it. Up to the handler's first `await` everything happens in
 * the turn in which the packet arrived, so requests keep their order. Socket.IO alone would let a handler that
 * fails end the process.
 */
export function respond<Input, Data extends object = Nothing>(
	log: Logger,
	schema: v.GenericSchema<unknown, Input>,
	handle: (input: Input) => Data | Promise<Data> | undefined
): (...args: unknown[]) => void {
	return (...args) => {
		// Socket.IO passes the acknowledgement last, also when the client left out the payload.
		const last = args.at(-1);
		const reply = typeof last === 'function' ? (last as (reply: Reply<Data | Nothing>) => void) : undefined;
		const answer = async (): Promise<Reply<Data | Nothing>> => {
			try {
				const parsed = v.safeParse(schema, args[0], { abortEarly: true });
				if (!parsed.success) throw new Refusal('invalid', parsed.issues[0].message);
				return { ok: true, data: (await handle(parsed.output)) ?? {} };
			} catch (error) {
				return { ok: false, error: toReplyError(log, error) };
			}
		};
		void answer().then(reply);
	};
}

/** What an asker is told about an error; one that nobody expected is logged here. */
export function toReplyError(log: Logger, error: unknown): ReplyError {
	if (error instanceof Refusal) return { code: error.code, message: error.message };
	if (error instanceof StoreUnavailable) {
		return { code: 'unavailable', message: 'the log cannot be reached at the moment' };
	}
	log.error({ err: error }, 'A handler failed');
	return { code: 'internal', message: 'the server failed' };
}
