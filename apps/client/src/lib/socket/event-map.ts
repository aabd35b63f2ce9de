/**
 * An event map: names and the signatures of their handlers. An interface fits this type, although it has no index signature.
 */
export type EventMap<Events> = { [Name in keyof Events]: (...args: never[]) => void };

export type EventName<Events> = keyof Events & string;

type Arguments<Handler> = Handler extends (...args: infer Args) => void ? Args : never;
type AnyReply = (...args: never[]) => void;

/** The arguments of an event without its acknowledgement. */
export type EventArguments<Handler> =
	Required<Arguments<Handler>> extends [...infer Payload, AnyReply] ? Payload : Arguments<Handler>;

/** The type of the reply with which an event is acknowledged. */
export type EventReply<Handler> =
	Required<Arguments<Handler>> extends [...unknown[], (reply: infer Reply) => void] ? Reply : never;

/** The events of every socket about its connection, besides the events of its map. */
export interface ConnectionEvents {
	connect: () => void;
	/** @param reason Socket.IO's reason: `transport close`, `ping timeout`, `io server disconnect` … */
	disconnect: (reason: string) => void;
	connect_error: (error: Error) => void;
}
