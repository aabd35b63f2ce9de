import type { Ending } from '@digda/testkit/engines/PostgresServer.ts';
import type { BrowserStep } from '../steps.ts';

interface OfNode {
	/** The index of the node. */
	node: number;
}

/** The steps for nodes and their engines. `…Ms` is the duration of a fault, while others go on. */
export type NodeStep =
	| ({ do: 'kill'; afterMs: number; isAwaited: boolean } & OfNode)
	/** The node is killed at its n-th delivery to a client from now. */
	| ({ do: 'kill-at-news'; nth: number } & OfNode)
	/** The node is paused, and continues when the others have moved on. */
	| ({ do: 'stop'; stopMs: number } & OfNode)
	| ({ do: 'clock'; offsetMs: number } & OfNode)
	/** All nodes are restarted in order, one after the other, while pages type. */
	| { do: 'roll'; room: string }
	| { do: 'kill-redis'; downMs: number }
	| { do: 'freeze-redis'; frozenMs: number }
	| ({ do: 'cut-redis'; isSilent: boolean; cutMs: number } & OfNode)
	/** An attacker publishes forged facts. */
	| { do: 'forge'; room: string }
	| { do: 'terminate-backends' }
	| { do: 'restart-postgres'; ending: Ending; downMs: number };

/** A step of a schedule. */
export type ClusterStep = BrowserStep | NodeStep;
