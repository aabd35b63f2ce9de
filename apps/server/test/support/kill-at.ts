import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';

// Loaded into a program with `--import`: kills it before step number KILL_AT. A step changes a file or, with KILL_AT_WRITES,
// writes to another server. With KILL_AFTER the count begins after the last statement that begins with this text, or when
// the program emits `armed` on itself.

const { KILL_AT, KILL_AFTER } = process.env;
let stepsLeft = KILL_AFTER === undefined ? Number(KILL_AT) : Infinity;

process.on('armed', () => (stepsLeft = Number(KILL_AT)));

function countSteps(target: object, name: string): void {
	const original: unknown = Reflect.get(target, name);
	if (typeof original !== 'function') throw new Error(`there is no ${name}`);
	const counting = function (this: unknown, ...args: unknown[]): unknown {
		// A database in memory has no file.
		const hasFile = !(this instanceof DatabaseSync) || this.location() !== null;
		if (KILL_AFTER !== undefined && String(args[0]).startsWith(KILL_AFTER)) stepsLeft = Number(KILL_AT);
		else if (hasFile && stepsLeft-- === 0) process.kill(process.pid, 'SIGKILL');
		return Reflect.apply(original, this, args);
	};
	Reflect.set(target, name, counting);
}

const FILE_STEPS = ['chmodSync', 'chownSync', 'fsyncSync', 'linkSync', 'renameSync'];
for (const name of FILE_STEPS) countSteps(fs, name);
countSteps(DatabaseSync.prototype, 'exec');
if (process.env['KILL_AT_WRITES']) countSteps(Socket.prototype, 'write');
syncBuiltinESMExports();
