/**
 * An event map: names and the signatures of their handlers. Written so that an interface fits, which has no
 * index signature.
 */
export type EventMap<Events> = { [Name in keyof Events]: (...args: never[]) => void };

export type EventName<Events> = keyof Events & string;

type Arguments<Handler> = Handler extends (...args: infer Args) => void ? Args : never;
type AnyReply = (...args: never[]) => void;

/** The arguments of an event without its acknowledgement. */
export type EventArguments<Handler> =
	Required<Arguments<Handler>> extends [...infer Payload, AnyReply] ? Payload : Arguments<Handler>;

/** What the acknowledgement of an event is called with. */
export type EventReply<Handler> =
	Required<Arguments<Handler>> extends [...unknown[], (reply: infer Reply) => void] ? Reply : never;

/** What every socket tells about its line, besides the events of its map. */
export interface LineEvents {
	connect: () => void;
	/** `reason` is Socket.IO's: `transport close`, `ping timeout`, `io server disconnect` … */
	disconnect: (reason: string) => void;
	connect_error: (error: Error) => void;
}
