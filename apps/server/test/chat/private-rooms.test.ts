import { MAX_INVITATIONS, MAX_ROOMS_PER_USER } from '@digda/protocol';
import { expect, test } from 'vitest';
import { connectChat, tokenOf } from '@digda/testkit/client/chat.ts';
import { ADMIN_TOKEN, newToken, openPrivateRoom } from '@digda/testkit/client/open-private-room.ts';
import { nextEvent } from '@digda/testkit/client/next-event.ts';
import { startServer } from '@digda/testkit/server/start-server.ts';

/** The server notifies everybody of a revocation within this time. */
const AT_ONCE_MS = 1_000;

test('[PRIV-3] a private room has an unguessable identifier, a title, and its maker as owner', async () => {
	const { url } = await startServer();
	const owner = await connectChat(url);
	const { room, title } = await owner.get('room:create', { title: '  비밀\n방 ' });
	expect(room).toMatch(/^~[\w-]{22}$/);
	expect(title).toBe('비밀 방');
	expect(await owner.join(room)).toMatchObject({ title, isPrivate: true, isOwner: true, head: 0 });
	expect((await owner.get('room:list', {})).rooms).toMatchObject([{ room, title, isPrivate: true, isOwner: true }]);
});

test('[PRIV-4] an invitation lets anybody in until it is revoked', async () => {
	const { url } = await startServer();
	const [owner, guest, late] = [await connectChat(url), await connectChat(url), await connectChat(url)];
	const { room } = await owner.get('room:create', { title: '방' });
	const { invitation, secret } = await owner.get('room:invite', { room });
	expect(secret).toMatch(/^[\w-]{22}$/);
	expect(await guest.get('room:accept', { secret })).toEqual({ room, title: '방' });
	expect(await guest.get('room:accept', { secret })).toEqual({ room, title: '방' });
	expect(await guest.join(room)).toMatchObject({ isPrivate: true, isOwner: false });
	expect(await owner.get('room:members', { room })).toMatchObject({
		members: expect.arrayContaining([
			{ ...owner.user, isOwner: true },
			{ ...guest.user, isOwner: false }
		]) as unknown,
		invitations: [{ id: invitation, memberCount: 1 }]
	});
	expect(await guest.get('room:members', { room })).toMatchObject({ invitations: [] });

	await owner.get('room:revoke', { room, invitation });
	const rejected = { ok: false, error: { code: 'not_found' } };
	expect(await late.ask('room:accept', { secret })).toMatchObject(rejected);
	expect(await guest.join(room)).toMatchObject({ room });
});

test('[PRIV-11] a one-use invitation that 16 people accept at once admits one of them', async () => {
	const { url } = await startServer();
	const owner = await connectChat(url);
	const guests = await Promise.all(Array.from({ length: 16 }, () => connectChat(url)));
	const { room } = await owner.get('room:create', { title: '방' });
	const { invitation, secret } = await owner.get('room:invite', { room, maxUses: 1, expiresIn: 60_000 });
	const [made] = (await owner.get('room:members', { room })).invitations;
	expect(made).toMatchObject({ id: invitation, maxUses: 1, expiresAt: (made?.createdAt ?? 0) + 60_000 });
	const replies = await Promise.all(guests.map((guest) => guest.ask('room:accept', { secret })));
	const admitted = guests.filter((_, index) => replies[index]?.ok);
	expect(admitted).toHaveLength(1);
	const { members, invitations } = await owner.get('room:members', { room });
	expect([members.map(({ id }) => id).toSorted(), invitations]).toEqual([
		[owner.user.id, ...admitted.map(({ user }) => user.id)].toSorted(),
		[]
	]);
	for (const guest of guests) {
		const expected = admitted.includes(guest) ? { ok: true } : { ok: false, error: { code: 'not_found' } };
		// A repeated request, as after a lost answer.
		expect(await guest.ask('room:accept', { secret })).toMatchObject(expected);
		expect(await guest.ask('room:preview', { secret })).toMatchObject(expected);
	}
});

test('[PRIV-10] a preview of an invitation gives the title and the member count, and lets nobody in', async () => {
	const { url } = await startServer();
	const [owner, guest, late] = [await connectChat(url), await connectChat(url), await connectChat(url)];
	const { room } = await owner.get('room:create', { title: '방' });
	const { secret } = await owner.get('room:invite', { room });
	const rejected = { ok: false, error: { code: 'not_found' } };
	const heard = owner.heard.length;
	for (let time = 0; time < 2; time += 1) {
		expect(await guest.get('room:preview', { secret })).toEqual({ title: '방', memberCount: 1, isMember: false });
	}
	expect(await guest.ask('room:join', { room })).toMatchObject(rejected);
	expect(await guest.ask('room:members', { room })).toMatchObject(rejected);
	expect(await owner.get('room:members', { room })).toMatchObject({ invitations: [{ memberCount: 0 }] });
	expect(owner.heard.slice(heard)).toEqual([]);

	await guest.get('room:accept', { secret });
	await owner.get('room:rename', { room, title: '새 이름' });
	expect(await guest.get('room:preview', { secret })).toEqual({ title: '새 이름', memberCount: 2, isMember: true });
	expect(await late.get('room:preview', { secret })).toMatchObject({ memberCount: 2, isMember: false });

	await owner.get('room:revoke', { room });
	for (const person of [owner, guest, late]) {
		expect(await person.ask('room:preview', { secret })).toEqual(await person.ask('room:accept', { secret }));
		expect(await person.ask('room:preview', { secret })).toMatchObject(rejected);
	}
});

test('[PRIV-4] an invitation that is revoked while two people open it admits only those it acknowledges', async () => {
	const { url } = await startServer();
	const owner = await connectChat(url);
	const guests = [await connectChat(url), await connectChat(url)];
	const { room } = await owner.get('room:create', { title: '방' });
	const { secret } = await owner.get('room:invite', { room });
	const [, ...replies] = await Promise.all([
		owner.get('room:revoke', { room }),
		...guests.map((guest) => guest.ask('room:accept', { secret }))
	]);
	const { members } = await owner.get('room:members', { room });
	expect(members).toHaveLength(1 + replies.filter(({ ok }) => ok).length);
	for (const guest of guests) {
		if (members.some(({ id }) => id === guest.user.id)) continue;
		expect(await guest.ask('room:accept', { secret })).toMatchObject({ ok: false, error: { code: 'not_found' } });
	}
});

test('[PRIV-4] limits the invitations of a room and the rooms of a person', async () => {
	const { url } = await startServer();
	const [owner, guest] = [await connectChat(url), await connectChat(url)];
	const { room } = await owner.get('room:create', { title: '방' });
	const { secret } = await owner.get('room:invite', { room });
	for (let count = 1; count < MAX_INVITATIONS; count += 1) await owner.get('room:invite', { room });
	const forbidden = { ok: false, error: { code: 'forbidden' } };
	expect(await owner.ask('room:invite', { room })).toMatchObject(forbidden);
	await owner.get('room:revoke', { room });
	await owner.get('room:invite', { room });

	for (let count = 0; count < MAX_ROOMS_PER_USER; count += 1) await guest.join(`room-${count}`);
	expect(await guest.ask('room:create', { title: '방' })).toMatchObject(forbidden);
	expect(await guest.ask('room:accept', { secret })).toMatchObject({ ok: false, error: { code: 'not_found' } });
	const fresh = await owner.get('room:invite', { room });
	expect(await guest.ask('room:accept', { secret: fresh.secret })).toMatchObject(forbidden);
});

test('[PRIV-5] notifies a removed member on every connection, and revokes the invitation they came by', async () => {
	const { url } = await startServer({ adminToken: ADMIN_TOKEN });
	const { room, people } = await openPrivateRoom(url);
	const { owner, stranger, member } = people;
	const { secret } = await owner.get('room:invite', { room });
	await stranger.get('room:accept', { secret });
	const others = [await connectChat(url, tokenOf(stranger)), await connectChat(url, tokenOf(stranger))];
	await owner.get('room:remove', { room, userId: stranger.user.id });
	for (const connection of [stranger, ...others]) {
		expect(await connection.untilTold('room:left', () => true, AT_ONCE_MS)).toEqual({ room, reason: 'removed' });
	}
	const last = await owner.send(room, '이제 우리끼리');
	await member.untilTold('entry:new', ({ entries }) => entries.some(({ id }) => id === last.id));
	for (const connection of [stranger, ...others]) {
		expect(connection.news(room).filter(({ id }) => id === last.id)).toEqual([]);
		expect(await connection.ask('history:read', { room, after: 0 })).toMatchObject({ error: { code: 'not_found' } });
	}
	expect(await stranger.ask('room:accept', { secret })).toMatchObject({ error: { code: 'not_found' } });
	const again = await owner.get('room:invite', { room });
	expect(await stranger.get('room:accept', { secret: again.secret })).toMatchObject({ room });
});

test('[PRIV-6] closing a room ends every membership, and the room never comes back', async () => {
	const { url } = await startServer({ adminToken: ADMIN_TOKEN });
	const { room, secret, people } = await openPrivateRoom(url);
	await people.owner.get('room:close', { room });
	for (const name of ['owner', 'member', 'other'] as const) {
		expect(await people[name].untilTold('room:left', () => true, AT_ONCE_MS)).toEqual({ room, reason: 'closed' });
		expect(await people[name].ask('room:join', { room })).toMatchObject({ error: { code: 'not_found' } });
		expect((await people[name].get('room:list', {})).rooms).toEqual([]);
	}
	expect(await people.stranger.ask('room:accept', { secret })).toMatchObject({ error: { code: 'not_found' } });
});

test('[PRIV-6] a public room that the operator has closed is not listed and cannot be made again', async () => {
	const { url, lines } = await startServer({ adminToken: ADMIN_TOKEN });
	const [me, operator] = [await connectChat(url), await connectChat(url, ADMIN_TOKEN)];
	await me.join('lobby');
	expect(await me.ask('room:close', { room: 'lobby' })).toMatchObject({ error: { code: 'forbidden' } });
	await operator.get('room:close', { room: 'lobby' });
	expect(await me.untilTold('room:left', () => true, AT_ONCE_MS)).toEqual({ room: 'lobby', reason: 'closed' });
	expect(await me.ask('room:join', { room: 'lobby' })).toMatchObject({ error: { code: 'not_found' } });
	expect((await me.get('room:list', {})).rooms).toEqual([]);
	expect(lines).toContainEqual(expect.objectContaining({ msg: 'The operator closes a room', room: 'lobby' }));
});

test('[PRIV-7] a new title reaches all members', async () => {
	const { url } = await startServer({ adminToken: ADMIN_TOKEN });
	const { room, people } = await openPrivateRoom(url);
	expect(await people.owner.get('room:rename', { room, title: ' 새  이름 ' })).toEqual({ title: '새 이름' });
	for (const name of ['owner', 'member'] as const) {
		expect(await people[name].untilTold('room:changed')).toEqual({ room, title: '새 이름', topic: '' });
	}
	expect(await people.member.join(room)).toMatchObject({ title: '새 이름' });
	expect(people.stranger.told('room:changed')).toEqual([]);
});

test('[SESSION-8] another device is the same person, and rotating the session signs it out at once', async () => {
	const { url } = await startServer();
	const me = await connectChat(url);
	await me.join('lobby');
	const token = tokenOf(me);
	const device = await connectChat(url, token, { reconnection: false });
	const cut = nextEvent(device.socket, 'disconnect');
	const begun = performance.now();
	const rotated = newToken();
	expect(await me.get('session:rotate', { token: rotated })).toEqual({});
	await cut;
	expect(performance.now() - begun).toBeLessThan(AT_ONCE_MS);
	// The client asks again, as after a lost answer.
	expect(await me.get('session:rotate', { token: rotated })).toEqual({});
	expect(await me.send('lobby', '여기는 그대로')).toMatchObject({ seq: 1 });
	expect((await connectChat(url, rotated)).ready).toEqual({ user: me.user });
});

test('[OP-1] session:ready marks the operator, and only with the token of the environment', async () => {
	const { url } = await startServer({ adminToken: ADMIN_TOKEN });
	const operator = await connectChat(url, ADMIN_TOKEN);
	expect(operator.ready).toEqual({ user: { id: 'operator', name: 'Operator' }, isOperator: true });
	expect((await connectChat(url, ADMIN_TOKEN)).user).toEqual(operator.user);
	expect((await connectChat(url)).ready).not.toHaveProperty('isOperator');
});
