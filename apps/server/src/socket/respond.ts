import type { EmptyReply, ErrorCode } from '@digda/protocol';
import * as v from 'valibot';
import type { Logger } from '../log.ts';

/**
 * Makes a listener that survives whatever a client sends: it parses the first argument, hands it to the
 * handler, and acknowledges when the client asked for it. A handler that throws is logged and answered with
 * `internal`; Socket.IO alone would let it end the process.
 */
export function respond<Input>(
	log: Logger,
	schema: v.GenericSchema<unknown, Input>,
	handle: (input: Input) => void
): (...args: unknown[]) => void {
	return (...args) => {
		// Socket.IO passes the acknowledgement last, also when the client left out the payload.
		const last = args.at(-1);
		const reply = typeof last === 'function' ? (last as (reply: EmptyReply) => void) : undefined;
		const refuse = (code: ErrorCode, message: string) =>
			reply?.({ ok: false, error: { code, message } });

		const parsed = v.safeParse(schema, args[0], { abortEarly: true });
		if (!parsed.success) {
			refuse('invalid', parsed.issues[0].message);
			return;
		}
		try {
			handle(parsed.output);
			reply?.({ ok: true, data: {} });
		} catch (error) {
			log.error({ err: error }, 'A handler failed');
			refuse('internal', 'the server failed');
		}
	};
}
