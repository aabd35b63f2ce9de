import { directRoomOf, MAX_INVITATIONS, MAX_PRIVATE_MEMBERS, MAX_ROOMS_PER_USER, type Message } from '@digda/protocol';
import { describe, expect, test } from 'vitest';
import { entryFor } from '../../src/store/entry-rows.ts';
import type { Actor, NewInvitation, Range, Store } from '../../src/store/store.ts';
import type { Harness } from './contract.ts';
import { deleteMessage } from './support/delete-message.ts';
import { edit, entryOf, message, reaction, target } from './support/entries.ts';

const ROOM = '~0123456789abcdefghijkl';
const HASH = '0a'.repeat(32);

const actor = (id: string, isOperator = false): Actor => ({ user: { id, name: id }, isOperator });
/** The time of all requests. */
const NOW = 10;

const door = (secretHash = HASH, id = 'door', end: Partial<NewInvitation> = {}): NewInvitation => ({
	...{ id, secretHash, createdAt: 5, expiresAt: null, maxUses: null },
	...end
});

/** The ids of the invitations that Ada sees. */
async function invitationsOf(store: Store, now: number): Promise<string[]> {
	const listed = await store.membersOf('ada', ROOM, now);
	return typeof listed === 'string' ? [] : listed.invitations.map(({ id }) => id);
}

/** Makes Ada's private room, which guests join by an invitation. */
async function withRoom(store: Store, ...guests: string[]): Promise<void> {
	for (const [index, id] of ['ada', ...guests].entries()) {
		await store.createSession(String(index).padStart(64, 'b'), { id, name: id }, 1);
	}
	await store.createRoom('ada', ROOM, '비밀 방', 1);
	await store.invite('ada', ROOM, door());
	for (const guest of guests) await store.accept(guest, HASH, NOW);
}

/** The contract of a store about private rooms, deletions, revocations and sessions. */
export function describeOwnership(name: string, open: () => Promise<Harness>): void {
	describe(`${name}: private rooms`, () => {
		test('the owner is a member, and an invitation makes others members', async () => {
			const { store } = await open();
			await withRoom(store, 'bora');
			const room = {
				room: ROOM,
				title: '비밀 방',
				topic: '',
				ownerId: 'ada',
				isPrivate: true,
				head: 0,
				said: 0,
				lastDeletion: 0,
				lastAt: 1,
				readSeq: 0,
				isPinned: false,
				isMuted: false
			};
			expect([await store.roomsOf('ada'), await store.roomsOf('bora')]).toEqual([[room], [room]]);
			expect(await store.publicRooms(10)).toEqual([]);
			expect(await store.accept('chan', 'ff'.repeat(32), NOW)).toBe('not_found');
			expect(await store.membersOf('ada', ROOM, NOW)).toEqual({
				members: [
					{ id: 'ada', name: 'ada', isOwner: true },
					{ id: 'bora', name: 'bora', isOwner: false }
				],
				invitations: [{ id: 'door', createdAt: 5, memberCount: 1 }]
			});
		});

		test('a preview of an invitation changes nothing', async () => {
			const { store } = await open();
			await withRoom(store, 'bora');
			const preview = { title: '비밀 방', memberCount: 2 };
			expect([await store.preview('chan', HASH, NOW), await store.preview('bora', HASH, NOW)]).toEqual([
				{ ...preview, isMember: false },
				{ ...preview, isMember: true }
			]);
			expect(await store.preview('chan', 'ff'.repeat(32), NOW)).toBe('not_found');
			expect((await store.roomsOf('chan')).length).toBe(0);
			expect(await store.membersOf('ada', ROOM, NOW)).toMatchObject({ invitations: [{ memberCount: 1 }] });
			await store.leave('bora', ROOM);
			expect(await store.preview('bora', HASH, NOW)).toEqual({ ...preview, memberCount: 1, isMember: false });
			await store.revoke('ada', ROOM, null);
			expect(await store.preview('chan', HASH, NOW)).toBe('not_found');
			await store.invite('ada', ROOM, door());
			await store.closeRoom(actor('ada'), ROOM, 1);
			expect(await store.preview('ada', HASH, NOW)).toBe('not_found');
		});

		test('[PRIV-11] an expired invitation admits nobody but its members, and its owner sees it no more', async () => {
			const { store } = await open();
			await withRoom(store);
			const secret = 'ee'.repeat(32);
			await store.invite('ada', ROOM, door(secret, 'short', { expiresAt: 20, maxUses: 9 }));
			expect(await store.membersOf('ada', ROOM, 19)).toMatchObject({
				invitations: [{ id: 'door' }, { id: 'short', expiresAt: 20, maxUses: 9, memberCount: 0 }]
			});
			expect(await store.accept('bora', secret, 19)).toMatchObject({ room: ROOM });
			expect([await store.accept('chan', secret, 20), await store.preview('chan', secret, 20)]).toEqual([
				'not_found',
				'not_found'
			]);
			expect(await store.accept('bora', secret, 20)).toMatchObject({ room: ROOM });
			expect(await store.preview('bora', secret, 20)).toMatchObject({ isMember: true });
			expect(await invitationsOf(store, 20)).toEqual(['door']);
		});

		test('[PRIV-11] an invitation admits as many people as it has uses, also at once', async () => {
			const { store } = await open();
			await withRoom(store);
			const secret = 'ee'.repeat(32);
			await store.invite('ada', ROOM, door(secret, 'short', { maxUses: 2 }));
			const guests = Array.from({ length: 16 }, (_, index) => `guest-${index}`);
			// Each person asks twice, as after a lost answer.
			const ask = () => guests.map((guest) => store.accept(guest, secret, NOW));
			const answers = await Promise.all([...ask(), ...ask()]);
			const admitted = answers.flatMap((answer, index) => (answer === 'not_found' ? [] : guests[index % 16]));
			expect([new Set(admitted).size, admitted.length]).toEqual([2, 4]);
			expect(await store.preview('late', secret, NOW)).toBe('not_found');
			expect(await store.preview(admitted[0] ?? '', secret, NOW)).toMatchObject({ memberCount: 3, isMember: true });
			expect(await invitationsOf(store, NOW)).toEqual(['door']);
			// A person who has left needs another use.
			await store.leave(admitted[0] ?? '', ROOM);
			expect(await store.accept(admitted[0] ?? '', secret, NOW)).toBe('not_found');
		});

		test('[PRIV-11] invitations that admit nobody do not count', async () => {
			const { store } = await open();
			await withRoom(store);
			for (let count = 1; count < MAX_INVITATIONS; count += 1) {
				const secret = String(count).padStart(64, 'f');
				await store.invite('ada', ROOM, door(secret, `link ${count}`, { expiresAt: count === 1 ? 20 : null }));
			}
			expect(await store.invite('ada', ROOM, door('ee'.repeat(32), 'more'))).toBe('full');
			const later = { ...door('ee'.repeat(32), 'more'), createdAt: 20 };
			expect(await store.invite('ada', ROOM, later)).toBe('done');
			expect(await invitationsOf(store, 20)).toHaveLength(MAX_INVITATIONS);
		});

		test('only the owner changes the title', async () => {
			const { store } = await open();
			await withRoom(store, 'bora');
			expect([
				await store.retitle('bora', ROOM, 'x'),
				await store.retitle('chan', ROOM, 'x'),
				await store.retitle('ada', ROOM, '새 이름')
			]).toEqual(['forbidden', 'not_found', 'done']);
			expect(await store.findRoom(ROOM)).toEqual({ title: '새 이름', topic: '' });
			expect(await store.findRoom('~nowhere')).toBeUndefined();
		});

		test('an owner cannot leave, and ends the room by closing it', async () => {
			const { store } = await open();
			await withRoom(store, 'bora');
			expect([await store.leave('ada', ROOM), await store.leave('bora', ROOM)]).toEqual(['forbidden', 'done']);
			expect(await store.closeRoom(actor('bora'), ROOM, 1)).toBe('not_found');
			expect(await store.closeRoom(actor('ada'), ROOM, 1)).toEqual({ title: '비밀 방' });
			expect([
				await store.roomsOf('ada'),
				await store.accept('bora', HASH, NOW),
				await store.join('ada', ROOM)
			]).toEqual([[], 'not_found', 'not_found']);
			expect((await store.append([message('ada', 'late', { room: ROOM })], [])).entries).toEqual([
				{ ok: false, code: 'not_found' }
			]);
		});

		test('an operator closes any room, and its name is never used again', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			expect(await store.closeRoom(actor('ada'), 'lobby', 1)).toBe('forbidden');
			expect(await store.closeRoom(actor('root', true), 'lobby', 1)).toEqual({ title: 'lobby' });
			expect([await store.join('ada', 'lobby', 1), await store.join('bora', 'lobby')]).toEqual([
				'not_found',
				'not_found'
			]);
			expect([await store.roomsOf('ada'), await store.publicRooms(9)]).toEqual([[], []]);
		});

		test('removing a member ends the membership, and revokes the invitation by which they came', async () => {
			const { store } = await open();
			await withRoom(store, 'bora', 'chan');
			expect(await store.invite('ada', ROOM, door('0c'.repeat(32), 'other'))).toBe('done');
			expect(await store.removeMember('bora', ROOM, 'chan')).toBe('forbidden');
			expect(await store.removeMember('ada', ROOM, 'ada')).toBe('forbidden');
			expect(await store.removeMember('ada', ROOM, 'bora')).toBe('done');
			expect(await store.removeMember('ada', ROOM, 'bora')).toBe('done');
			expect([await store.accept('bora', HASH, NOW), await store.accept('dan', HASH, NOW)]).toEqual([
				'not_found',
				'not_found'
			]);
			expect(await store.accept('bora', '0c'.repeat(32), NOW)).toMatchObject({ room: ROOM });
			expect(await store.membersOf('chan', ROOM, NOW)).toMatchObject({ invitations: [] });
		});

		test('the members of a room and the rooms of a user have a maximum', async () => {
			const { store } = await open();
			await withRoom(store);
			for (let count = 1; count < MAX_PRIVATE_MEMBERS; count += 1) await store.accept(`guest-${count}`, HASH, NOW);
			expect(await store.accept('late', HASH, NOW)).toBe('forbidden');
			expect(await store.accept('guest-1', HASH, NOW)).toMatchObject({ room: ROOM });
			for (let count = 1; count < MAX_ROOMS_PER_USER; count += 1) await store.join('ada', `room-${count}`, 1);
			expect(await store.createRoom('ada', '~another-room-of-ada-01', 'x', 1)).toBe('forbidden');
		});
	});

	test(`${name}: removing a person revokes all invitations that they have opened, also after they left`, async () => {
		const { store } = await open();
		await withRoom(store, 'bora');
		const links = ['0e', '0f'].map((byte) => byte.repeat(32));
		for (const [index, secretHash] of links.entries()) {
			await store.invite('ada', ROOM, door(secretHash, `link ${index}`));
			expect(await store.accept('bora', secretHash, NOW)).toMatchObject({ room: ROOM });
			await store.leave('bora', ROOM);
		}
		expect(await store.removeMember('ada', ROOM, 'bora')).toBe('done');
		for (const secretHash of [HASH, ...links]) expect(await store.accept('bora', secretHash, NOW)).toBe('not_found');
	});

	test(`${name}: [DEL-3] the author, the owner of the room and an operator delete in a private room`, async () => {
		const { store } = await open();
		await withRoom(store, 'bora', 'chan');
		for (const author of ['ada', 'bora']) {
			await store.append([message(author, '1', { room: ROOM }), message(author, '2', { room: ROOM })], []);
		}
		const take = async (who: Actor, author: string, id: string) => {
			const entry = { id: `${who.user.id} deletes ${author} ${id}`, sentAt: 9 };
			const outcome = await deleteMessage(store, who, ROOM, target(author, id), entry);
			return typeof outcome === 'string' ? outcome : 'done';
		};
		expect([
			await take(actor('chan'), 'bora', '1'),
			await take(actor('dan'), 'bora', '1'),
			await take(actor('bora'), 'ada', '1'),
			await take(actor('bora'), 'bora', '1'),
			await take(actor('ada'), 'bora', '2'),
			await take(actor('root', true), 'ada', '1'),
			await take(actor('ada'), 'bora', 'bora deletes bora 1'),
			await take(actor('ada'), 'ada', '99')
		]).toEqual(['forbidden', 'not_found', 'forbidden', 'done', 'done', 'done', 'not_found', 'not_found']);
	});

	test(`${name}: revocations are read in order, from any number on`, async () => {
		const { store } = await open();
		const { upTo, revocations } = await store.revocations(null);
		expect(revocations).toEqual([]);
		await withRoom(store, 'bora', 'chan');
		await store.leave('chan', ROOM);
		await store.leave('chan', ROOM);
		await store.removeMember('ada', ROOM, 'bora');
		await store.rotateSession('0d'.repeat(32), 'bora', 2, null);
		await store.rotateSession('0d'.repeat(32), 'bora', 3, null);
		expect(await store.closeRoom(actor('ada'), ROOM, 1)).toMatchObject({ title: expect.any(String) as string });
		// The owner asks again, as after a lost answer.
		expect(await store.closeRoom(actor('ada'), ROOM, 1)).toMatchObject({ title: expect.any(String) as string });
		expect(await store.closeRoom(actor('root', true), ROOM, 1)).toMatchObject({ title: expect.any(String) as string });
		expect(await store.closeRoom(actor('bora'), ROOM, 1)).toBe('not_found');
		const news = await store.revocations(upTo);
		expect(news.revocations).toEqual([
			{ kind: 'left', room: ROOM, userId: 'chan' },
			{ kind: 'removed', room: ROOM, userId: 'bora' },
			{ kind: 'rotated', room: null, userId: 'bora' },
			{ kind: 'closed', room: ROOM, userId: null }
		]);
		expect(await store.revocations(news.upTo)).toEqual({ upTo: news.upTo, revocations: [] });
		expect((await store.revocations(null)).upTo).toBe(news.upTo);
	});

	test(`${name}: rotating a session ends all other sessions of the user`, async () => {
		const { store } = await open();
		await store.createSession(HASH, { id: 'ada', name: 'Ada' }, 1);
		expect(await store.rotateSession('0b'.repeat(32), 'ada', 2, HASH)).toBe('done');
		// The client asks again, as after a lost answer. A session that has ended cannot rotate.
		expect(await store.rotateSession('0b'.repeat(32), 'ada', 3, HASH)).toBe('done');
		expect(await store.rotateSession('0c'.repeat(32), 'ada', 4, HASH)).toBe('unauthorized');
		expect([await store.findSession(HASH), await store.findSession('0b'.repeat(32))]).toEqual([
			undefined,
			{ id: 'ada', name: 'Ada' }
		]);
	});

	describe(`${name}: direct rooms`, () => {
		const [ANN, BEN] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
		const room = directRoomOf(ANN, BEN) ?? '';

		/** Ann and Ben in their direct room. */
		async function meet(store: Store): Promise<void> {
			for (const [index, id] of [ANN, BEN].entries()) {
				await store.createSession(String(index).padStart(64, 'd'), { id, name: index === 0 ? 'Ann' : 'Ben' }, 1);
				await store.join(id, 'lobby', 1);
			}
			await store.join(ANN, room, 1);
		}
		const texts = (messages: readonly Message[] = []) => messages.map(({ text, isHidden }) => (isHidden ? null : text));

		test('[DM-1] one join makes the room for both, which is listed under the current name', async () => {
			const { store } = await open();
			const { upTo } = await store.revocations(null);
			await meet(store);
			expect((await store.revocations(upTo)).revocations).toEqual([{ kind: 'opened', room, userId: BEN }]);
			await store.rename(ANN, 'Anna');
			const [own, other] = [await store.roomsOf(ANN), await store.roomsOf(BEN)];
			expect(own.find((each) => each.room === room)).toMatchObject({ title: 'Ben', other: { id: BEN, name: 'Ben' } });
			expect(other.find((each) => each.room === room)).toMatchObject({
				...{ title: 'Anna', other: { id: ANN, name: 'Anna' }, isUnlisted: true }
			});
			await store.append([message(ANN, 'first', { room })], []);
			expect((await store.roomsOf(BEN)).find((each) => each.room === room)).not.toHaveProperty('isUnlisted');
			expect(await store.join('chan', room, 1)).toBe('not_found');
			expect([await store.leave(ANN, room), await store.leave(BEN, room)]).toEqual(['forbidden', 'forbidden']);
		});

		test('[DM-3] direct rooms do not count as rooms', async () => {
			const { store } = await open();
			await meet(store);
			for (let count = 1; count < MAX_ROOMS_PER_USER; count += 1) await store.join(ANN, `room-${count}`, 1);
			expect(await store.join(ANN, 'one-more', 1)).toBe('forbidden');
			expect(await store.join(ANN, room)).toMatchObject({ room });
		});

		test('[DM-6] only the author sees hidden messages and their changes, in pages of both, and none of them counts', async () => {
			const { store, reopen } = await open();
			await meet(store);
			await store.append([message(ANN, 'before', { room })], []);
			expect(await store.block(BEN, ANN, true)).toBe('done');
			expect([await store.blockedBy(BEN), await store.blockedBy(ANN)]).toEqual([[ANN], []]);
			const secrets = ['1', '2', '3'].map((id) => message(ANN, id, { room }));
			await store.append([...secrets, message(BEN, 'answer', { room })], []);
			const change = { id: 'e', sentAt: 9 };
			await deleteMessage(store, actor(ANN), room, target(ANN, '2'), { ...change, id: 'd' });
			expect(await store.block(BEN, ANN, false)).toBe('done');
			await store.append([message(ANN, 'after', { room })], []);

			const again = await reopen();
			const read = async (userId: string, range: Range, limit = 50) => await again.readPage(userId, room, range, limit);
			expect(texts((await read(ANN, { after: 0 }))?.messages)).toEqual(['before', '1', '', '3', 'answer', 'after']);
			const page = await read(BEN, { after: 0 });
			expect(texts(page?.messages)).toEqual(['before', null, null, null, 'answer', 'after']);
			expect(page?.messages.slice(1, 4)).toEqual(
				[2, 3, 4].map((seq) => ({
					...{
						seq,
						id: String(seq - 1),
						author: { id: ANN, name: ANN },
						sentAt: 1_000,
						said: 1,
						text: '',
						isHidden: true
					}
				}))
			);
			expect(page).toMatchObject({ head: 7, said: 3 });
			for (let limit = 1; limit < 8; limit += 1) {
				for (let seq = 0; seq < 9; seq += 1) {
					for (const range of [{ before: seq }, { after: seq }, { around: seq }]) {
						const [one, other] = [await read(ANN, range, limit), await read(BEN, range, limit)];
						expect({ ...other, messages: [] }).toEqual({ ...one, messages: [] });
					}
				}
			}
			const resumed = await again.readOn(BEN, room, { from: 1, to: 5 }, 50);
			expect(texts(resumed?.messages)).toEqual(['after']);
			expect(texts(resumed?.changed)).toEqual([null]);
			expect(await again.saidAt([1, 4, 5, 7].map((seq) => ({ room, seq })))).toEqual([1, 1, 2, 3]);
			const log = await again.readLog(room, 0, 50);
			expect(log.map(({ isHidden = false }) => isHidden)).toEqual([false, true, true, true, false, true, false]);
		});

		test('[DM-9] a hidden message is in no quote, mention, version or list of people for the other person', async () => {
			const { store } = await open();
			await meet(store);
			await store.block(BEN, ANN, true);
			const mentions = [{ id: BEN, name: 'Ben' }];
			const secret = target(ANN, 'secret');
			const reply = (author: string, id: string) => message(author, id, { room, replyTo: secret });
			await store.append([message(ANN, 'secret', { room, text: 'secret @Ben', mentions }), reply(ANN, 'inner')], []);
			const change = { room, author: { id: ANN, name: ANN } };
			await store.append(
				[
					{ ...edit(ANN, 'e', secret, 'secret 2 @Ben', change), mentions },
					reaction(ANN, 'r', secret, '👍', change),
					entryOf('topic', ANN, 't', { text: 'secret topic' }, change)
				],
				[]
			);
			await store.block(BEN, ANN, false);
			await store.append([reply(ANN, 'outer')], []);
			expect((await store.append([reply(BEN, 'x')], [])).entries).toEqual([{ ok: false, code: 'no_source' }]);

			const quotes = async (userId: string) =>
				(await store.readPage(userId, room, { after: 0 }, 50))?.messages.map(({ quote }) => quote);
			const source = { seq: 1, id: 'secret', author: { id: ANN, name: ANN } };
			const shown = { ...source, text: 'secret 2 @Ben', changed: 3 };
			expect(await quotes(ANN)).toEqual([undefined, shown, shown]);
			expect(await quotes(BEN)).toEqual([
				...[undefined, undefined],
				{ ...source, text: '', isDeleted: true, isHidden: true }
			]);
			const resumed = await store.readOn(BEN, room, { from: 1, to: 5 }, 50);
			const [rooms, page] = [await store.roomsOf(BEN), await store.readPage(BEN, room, { after: 0 }, 50)];
			const log = (await store.readLog(room, 0, 50)).map((entry) => entryFor(BEN, entry));
			expect(JSON.stringify([rooms, page, resumed, log])).not.toMatch(/secret (2|topic|@)|👍/);
			expect(log.map(({ kind, isHidden = false }) => [kind, isHidden])).toEqual([
				...[
					['message', true],
					['message', true],
					['edit', true],
					['reaction', true]
				],
				['message', false]
			]);
			expect(page).toMatchObject({ head: 5, said: 1, topic: '' });
			expect(await store.unreadMentions(BEN)).toEqual([]);

			expect(await store.versions(ANN, room, secret)).toEqual([{ text: 'secret @Ben', sentAt: 1_000 }]);
			expect(await store.reactors(ANN, room, secret, '👍')).toEqual([{ id: ANN, name: 'Ann' }]);
			expect(await store.versions(BEN, room, secret)).toBe('not_found');
			expect(await store.reactors(BEN, room, secret, '👍')).toBe('not_found');
			await deleteMessage(store, actor(ANN), room, secret, { id: 'd', sentAt: 9 });
			expect((await quotes(BEN))?.[2]).toEqual({ ...source, text: '', isDeleted: true, isHidden: true });
			expect((await quotes(ANN))?.[2]).toEqual({ ...source, text: '', changed: 6, isDeleted: true });
		});
	});
}
