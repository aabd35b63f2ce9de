/**
 * An event map: names and the signatures of their handlers. Written so that an interface fits, which has no
 * index signature.
 */
export type EventMap<Events> = { [Name in keyof Events]: (...args: never[]) => void };

export type EventName<Events> = keyof Events & string;

/** The arguments of an event, its acknowledgement included. */
export type EventArguments<Handler> = Handler extends (...args: infer Args) => void ? Args : never;

type ButLast<Args extends unknown[]> =
	Required<Args> extends [...infer Head, unknown] ? Head : never;
type Last<Args extends unknown[]> =
	Required<Args> extends [...unknown[], infer Tail] ? Tail : never;

/** The arguments of an event without its acknowledgement. */
export type RequestArguments<Handler> = ButLast<EventArguments<Handler>>;

/** What the acknowledgement of an event is called with. */
export type RequestReply<Handler> =
	NonNullable<Last<EventArguments<Handler>>> extends (reply: infer Reply) => void ? Reply : never;

/** What every socket tells about its line, besides the events of its map. */
export interface LineEvents {
	connect: () => void;
	/** `reason` is Socket.IO's: `transport close`, `ping timeout`, `io server disconnect` … */
	disconnect: (reason: string) => void;
	connect_error: (error: Error) => void;
}
