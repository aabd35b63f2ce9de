import * as v from 'valibot';
import type { Boundary } from '../Boundary.ts';
import { NODE_EVENTS, type NodeEvent, type NodeEventName } from './node-events.ts';

/** The used part of a namespace, untyped: this file validates what other processes send. */
interface Wire {
	serverSideEmit: (event: string, payload: unknown) => boolean;
	on: (event: string, listener: (payload: unknown) => void) => void;
}

/**
 * Sends events to the other nodes of the chat and receives theirs. Without Redis there are none, and `send` does
 * nothing.
 */
export class OtherNodes {
	readonly #boundary: Boundary;
	readonly #wire: Wire | undefined;

	/** @param wire a namespace whose adapter connects the nodes */
	constructor(boundary: Boundary, wire?: Wire) {
		this.#boundary = boundary;
		this.#wire = wire;
	}

	send<Name extends NodeEventName>(name: Name, event: NodeEvent<Name>): void {
		this.#wire?.serverSideEmit(name, event);
	}

	/** Registers a listener for an event. Malformed payloads are dropped. */
	on<Name extends NodeEventName>(name: Name, receive: (event: NodeEvent<Name>) => void): void {
		const listener = this.#boundary.guard((payload: unknown) => {
			const event = v.safeParse(NODE_EVENTS[name], payload);
			if (event.success) receive(event.output);
		});
		this.#wire?.on(name, listener);
	}
}
