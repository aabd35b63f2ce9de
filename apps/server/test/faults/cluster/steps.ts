import type { Ending } from '@digda/testkit/engines/PostgresServer.ts';
import type { BrowserStep } from '../steps.ts';

interface OfNode {
	/** The index of the node. */
	node: number;
}

/** What can happen to nodes and to what they share. `…Ms` are moments that a fault lasts while others go on. */
export type NodeStep =
	| ({ do: 'kill'; afterMs: number; isAwaited: boolean } & OfNode)
	/** The node ends when it sends news to a client, for the n-th time from now. */
	| ({ do: 'kill-at-news'; nth: number } & OfNode)
	/** The node stands still, and comes back when the others have gone on. */
	| ({ do: 'stop'; stopMs: number } & OfNode)
	| ({ do: 'clock'; offsetMs: number } & OfNode)
	/** All nodes are restarted in good order, one after the other, while pages type. */
	| { do: 'roll'; room: string }
	| { do: 'kill-redis'; downMs: number }
	| { do: 'freeze-redis'; frozenMs: number }
	| ({ do: 'cut-redis'; isSilent: boolean; cutMs: number } & OfNode)
	/** Somebody publishes what nobody has said. */
	| { do: 'forge'; room: string }
	| { do: 'terminate-backends' }
	| { do: 'restart-postgres'; ending: Ending; downMs: number };

/** What can happen in a schedule, one thing after the other. */
export type ClusterStep = BrowserStep | NodeStep;
