/**
 * Loaded into a real server with `--import`: counts on request what its maps, sets and lists hold, so that the product has
 * no hook for that.
 */
import { Session } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';

/** How many entries all collections of a process hold that can be reached, by the kind of the collection. */
export interface Census {
	maps: number;
	sets: number;
	lists: number;
}

/** What is used of the answers of the protocol, https://chromedevtools.github.io/devtools-protocol/v8/Runtime/ */
interface Answer {
	result: { objectId?: string; value?: unknown };
	objects: { objectId: string };
}

const GROUP = 'census';

/**
 * Counts the entries of all collections among objects. A map to numbers is left out: token buckets keep what is full again
 * for a while, and have a test of their own. It runs in the process that is counted, where it goes as text.
 */
const countEntries = `function () {
	const census = { maps: 0, sets: 0, lists: 0 };
	for (const each of this) {
		// The prototype of a class of collections is none.
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
		// A session on one's own thread answers before this returns.
		session.post(method, parameters, (error: Error | null, result?: object) => {
			if (error) throw error;
			answer = result as Answer;
		});
		if (!answer) throw new Error(`${method} has no answer yet`);
		return answer;
	}

	const { result: prototype } = ask('Runtime.evaluate', { expression: 'Object.prototype', objectGroup: GROUP });
	// Collects garbage before.
	const { objects } = ask('Runtime.queryObjects', { prototypeObjectId: prototype.objectId, objectGroup: GROUP });
	const { result } = ask('Runtime.callFunctionOn', {
		...{ objectId: objects.objectId, functionDeclaration: countEntries, returnByValue: true }
	});
	ask('Runtime.releaseObjectGroup', { objectGroup: GROUP });
	// As the function makes it.
	return result.value as Census;
}

if (isMainThread) {
	const session = new Session();
	session.connect();
	process.on('message', () => process.send?.(takeCensus(session)));
	// Whoever started it is gone, and cannot end it any more.
	process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
	process.channel?.unref();
}
