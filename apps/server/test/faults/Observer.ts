import type { Entry } from '@digda/protocol';
import { FORGED } from './cluster/forgeries.ts';
import type { Ledger } from './Ledger.ts';
import type { FaultSocket } from './FaultSocket.ts';
import { openSession } from './open-session.ts';
import type { Session } from '@digda/sync';

/** A silent connection to one node in all public rooms, which checks every entry that it receives. */
export class Observer {
	readonly #name: string;
	readonly #session: Session;
	readonly #socket: FaultSocket;
	readonly #ledger: Ledger;
	readonly #rooms: readonly string[];
	/** The `seq` of the last delivered entry on the present connection, by room. */
	readonly #lasts = new Map<string, number>();

	/**
	 * @param url of the node
	 * @param club the private room, from which a stranger must receive nothing
	 */
	constructor(name: string, url: string, rooms: readonly string[], club: string | undefined, ledger: Ledger) {
		this.#name = name;
		this.#rooms = rooms;
		this.#ledger = ledger;
		const { session, socket } = openSession({ url, transport: 'websocket' });
		this.#session = session;
		this.#socket = socket;
		socket.on('session:ready', () => {
			this.#lasts.clear();
			for (const room of this.#rooms) void this.#join(room);
		});
		socket.on('entry:new', ({ room, entries }) => this.#hear(room, entries));
		this.#socket.socket.onAny((event: string, ...payload: unknown[]) => {
			const said = JSON.stringify(payload);
			const isForged = said.includes(FORGED);
			if (!isForged && (club === undefined || !said.includes(club))) return;
			this.#complain(`received something ${isForged ? 'forged' : 'secret'} by ${event}: ${said.slice(0, 300)}`);
		});
		void session.connect();
	}

	close(): void {
		this.#session.close();
	}

	async #join(room: string): Promise<void> {
		const { id } = this.#socket.socket;
		while (this.#socket.socket.connected && this.#socket.socket.id === id) {
			const reply = await this.#socket.request('room:join', { room }).catch(() => undefined);
			if (reply?.ok) return;
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}

	/** Checks that the entries of a room come in order, without a hole, and once. */
	#hear(room: string, entries: readonly Entry[]): void {
		for (const { seq } of entries) {
			const last = this.#lasts.get(room);
			if (last !== undefined && seq !== last + 1) this.#complain(`hears ${seq} after ${last} in ${room}`);
			this.#lasts.set(room, seq);
		}
	}

	#complain(what: string): void {
		this.#ledger.complaints.push(`${this.#name} ${what}`);
	}
}
