import type { RoomSummary } from '@digda/protocol';
import { expect, test } from 'vitest';
import { Unread } from '../src/Unread.ts';
import { logOf } from './support/log.ts';

const SUMMARY: RoomSummary = {
	...{ room: 'lobby', title: 'lobby', isPrivate: false, isOwner: false, isMember: true, memberCount: 1 },
	...{ head: 10, readSeq: 4, gone: [] }
};

test('unread is what is after the cursor', () => {
	const unread = new Unread(() => undefined);
	expect(unread.of(SUMMARY)).toBe(6);
	unread.hearHead('lobby', 12);
	unread.hearRead('lobby', 9);
	expect(unread.of(SUMMARY)).toBe(3);
	expect(unread.of({ ...SUMMARY, isMember: false })).toBe(0);
});

test('[DEL-4] what was deleted, and what says so, is not unread, however one has heard of it', () => {
	const unread = new Unread(() => undefined);
	expect(unread.of({ ...SUMMARY, gone: [6, 9] })).toBe(4);
	const news = logOf(12)
		.slice(10)
		.map((message, index) => ({ ...message, text: '', deletes: [7, 2][index] ?? 0 }));
	unread.hearGone('lobby', news);
	unread.hearHead('lobby', 12);
	expect(unread.of({ ...SUMMARY, gone: [6, 9] })).toBe(3);
	unread.hearRead('lobby', 8);
	expect(unread.of({ ...SUMMARY, gone: [6, 9] })).toBe(1);
	unread.hearRead('lobby', 12);
	expect(unread.of({ ...SUMMARY, gone: [6, 9] })).toBe(0);
});
