import * as v from 'valibot';
import type { Boundary } from '../Boundary.ts';
import { FACTS, type Fact, type FactName } from './facts.ts';

/** What is used of a namespace, untyped: what other processes say is looked at here. */
interface Wire {
	serverSideEmit: (event: string, payload: unknown) => boolean;
	on: (event: string, listener: (payload: unknown) => void) => void;
}

/** The other nodes of the same chat. Without Redis there are none, and nothing is said. */
export class Peers {
	readonly #boundary: Boundary;
	readonly #wire: Wire | undefined;

	/** @param wire a namespace with an adapter that reaches them */
	constructor(boundary: Boundary, wire?: Wire) {
		this.#boundary = boundary;
		this.#wire = wire;
	}

	tell<Name extends FactName>(name: Name, fact: Fact<Name>): void {
		this.#wire?.serverSideEmit(name, fact);
	}

	/** Hears what has the form of a fact; anything else is dropped. */
	on<Name extends FactName>(name: Name, hear: (fact: Fact<Name>) => void): void {
		const listener = this.#boundary.guard((payload: unknown) => {
			const fact = v.safeParse(FACTS[name], payload);
			if (fact.success) hear(fact.output);
		});
		this.#wire?.on(name, listener);
	}
}
