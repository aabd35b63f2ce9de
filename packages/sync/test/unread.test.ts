import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Unread } from '../src/Unread.ts';
import { FakeServer } from './support/FakeServer.ts';
import { logOf } from './support/log.ts';
import type { RoomLog } from './support/RoomLog.ts';

const ME = { id: 'me', name: 'Me' };
const SOMEBODY = { id: 'somebody', name: 'Somebody' };
const LOBBY = { room: 'lobby', isMember: true };

/** Returns a listed room with ten messages and a read cursor. */
function listRoom(readSeq: number) {
	const server = new FakeServer();
	server.log = logOf(10);
	server.readSeq = readSeq;
	const unread = new Unread(() => undefined);
	unread.list([server.summary()]);
	const deliver = (after: number) => unread.deliver('lobby', server.room.read(after, server.log.length), 'me');
	return { server, unread, deliver };
}

/** Counts the messages after a `seq` that are not deleted. */
function countUnread(room: RoomLog, readSeq: number): number {
	return room.messages().filter(({ seq, isDeleted }) => seq > readSeq && !isDeleted).length;
}

test('[READ-4] messages after the cursor are unread', () => {
	const { unread } = listRoom(4);
	expect(unread.of(LOBBY)).toBe(6);
	unread.raiseHead('lobby', { head: 12, said: 12 });
	unread.raiseCursor('lobby', { readSeq: 9, readSaid: 9 });
	expect(unread.of(LOBBY)).toBe(3);
	expect(unread.of({ ...LOBBY, isMember: false })).toBe(0);
});

test('[READ-4] an unknown room and a room without a membership have no unread messages', () => {
	const { server, unread } = listRoom(4);
	unread.list([{ ...server.summary(), room: 'hall', isMember: false }]);
	expect(unread.rooms).toEqual(['lobby']);
	expect(unread.of({ ...LOBBY, room: 'hall' })).toBe(0);
});

test('[FOLD-4] an edit, a reaction and a deletion of a read message are not unread', () => {
	const { server, unread, deliver } = listRoom(10);
	server.add(SOMEBODY, { kind: 'edit', target: 3, text: 'better' });
	server.add(SOMEBODY, { kind: 'reaction', target: 3, emoji: '👍', isSet: true });
	server.add(SOMEBODY, { kind: 'delete', target: 4 });
	deliver(10);
	expect(unread.of(LOBBY)).toBe(0);
});

test('[DEL-4] [READ-4] a deletion after the cursor lowers the count by one, and a deletion before it does not', () => {
	const { server, unread, deliver } = listRoom(4);
	server.add(SOMEBODY, { kind: 'delete', target: 4 });
	deliver(10);
	expect(unread.of(LOBBY)).toBe(6);
	server.add(SOMEBODY, { kind: 'delete', target: 5 });
	deliver(11);
	expect(unread.of(LOBBY)).toBe(5);
	// A client may receive an entry twice.
	deliver(10);
	expect(unread.of(LOBBY)).toBe(5);
	unread.list([server.summary()]);
	expect(unread.of(LOBBY)).toBe(5);
});

test('[READ-3] messages before the user’s own message count as read', () => {
	const { server, unread, deliver } = listRoom(4);
	server.add(ME, { kind: 'message', text: 'mine' });
	server.add(SOMEBODY, { kind: 'message', text: 'after it' });
	deliver(10);
	expect(unread.of(LOBBY)).toBe(1);
});

test('[READ-2] the cursor of another connection counts, and never goes back', () => {
	const { unread } = listRoom(4);
	unread.raiseCursor('lobby', { readSeq: 8, readSaid: 8 });
	unread.raiseCursor('lobby', { readSeq: 6, readSaid: 6 });
	expect(unread.of(LOBBY)).toBe(2);
});

test('[JOIN-4] in another or a shorter log, the read cursor is that of its server', () => {
	const { unread } = listRoom(9);
	unread.enter('lobby', { head: 50, said: 50, readSeq: 3, readSaid: 3 }, true);
	expect(unread.of(LOBBY)).toBe(47);
	unread.enter('lobby', { head: 40, said: 40, readSeq: 2, readSaid: 2 }, false);
	expect(unread.of(LOBBY)).toBe(38);
	unread.enter('lobby', { head: 41, said: 41, readSeq: 1, readSaid: 1 }, false);
	expect(unread.of(LOBBY)).toBe(39);
});

test('[READ-4] the count is that of the log, whatever is sent, changed, deleted and read, here and elsewhere', () => {
	const step = fc.record({
		kind: fc.constantFrom('message', 'delete', 'edit', 'reaction', 'read', 'heads', 'list'),
		author: fc.constantFrom(ME, SOMEBODY),
		target: fc.integer({ min: 1, max: 20 })
	});
	fc.assert(
		fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
			const { server, unread, deliver } = listRoom(4);
			for (const { kind, author, target } of steps) {
				const before = server.log.length;
				if (kind === 'message') server.add(author, { kind, text: 'hello' });
				else if (kind === 'delete') server.add(author, { kind, target });
				else if (kind === 'edit') server.add(author, { kind, target, text: `text ${before}` });
				else if (kind === 'reaction') server.add(author, { kind, target, emoji: '👍', isSet: before % 2 === 0 });
				else if (kind === 'heads') unread.raiseHead('lobby', server.room.head);
				else if (kind === 'list') unread.list([server.summary()]);
				else {
					server.readSeq = Math.max(server.readSeq, Math.min(target, before));
					unread.raiseCursor('lobby', server.room.cursorAt(server.readSeq));
				}
				deliver(before);
				expect(unread.of(LOBBY)).toBe(countUnread(server.room, server.readSeq));
			}
		}),
		{ numRuns: 300 }
	);
});
