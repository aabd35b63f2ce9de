/**
 * Loaded into a server with `--import`: counts on request what its maps, sets and lists hold. So the product needs no hook
 * for that.
 */
import { Session } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';

/** The number of entries in all reachable collections of a process, by the kind of collection. */
export interface Census {
	maps: number;
	sets: number;
	lists: number;
}

/** The used fields of an answer, https://chromedevtools.github.io/devtools-protocol/v8/Runtime/ */
interface Answer {
	result: { objectId?: string; value?: unknown };
	objects: { objectId: string };
}

const GROUP = 'census';

/**
 * Counts the entries of all collections among objects. It leaves out maps to numbers: token buckets keep full ones for a
 * while, and have a test of their own. The function is sent as text and runs in the counted process.
 */
const countEntries = `function () {
	const census = { maps: 0, sets: 0, lists: 0 };
	for (const each of this) {
		// The prototype of a collection class is no collection.
		if (Object.hasOwn(each, 'constructor')) continue;
		// Queues leave holes where they were read.
		if (Array.isArray(each)) census.lists += each.filter((entry) => entry !== undefined).length;
		else if (each instanceof Set) census.sets += each.size;
		else if (each instanceof Map && ![...each.values()].every((value) => typeof value === 'number')) {
			census.maps += each.size;
		}
	}
	return census;
}`;

function takeCensus(session: Session): Census {
	function ask(method: string, parameters: object): Answer {
		let answer: Answer | undefined;
		// A session on the same thread answers before this returns.
		session.post(method, parameters, (error: Error | null, result?: object) => {
			if (error) throw error;
			answer = result as Answer;
		});
		if (!answer) throw new Error(`${method} has no answer yet`);
		return answer;
	}

	const { result: prototype } = ask('Runtime.evaluate', { expression: 'Object.prototype', objectGroup: GROUP });
	// `queryObjects` collects garbage first.
	const { objects } = ask('Runtime.queryObjects', { prototypeObjectId: prototype.objectId, objectGroup: GROUP });
	const { result } = ask('Runtime.callFunctionOn', {
		...{ objectId: objects.objectId, functionDeclaration: countEntries, returnByValue: true }
	});
	ask('Runtime.releaseObjectGroup', { objectGroup: GROUP });
	// The function returns this shape.
	return result.value as Census;
}

if (isMainThread) {
	const session = new Session();
	session.connect();
	process.on('message', () => process.send?.(takeCensus(session)));
	// The parent is gone, and cannot end this process any more.
	process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.channel?.unref();
}
