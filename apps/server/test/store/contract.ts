import { MAX_PACKET_BYTES, MAX_ROOMS_PER_USER, wireBytes, type Message } from '@digda/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitting, pageOf } from '../../src/store/page.ts';
import type { Appended, NewMessage, Range, Store } from '../../src/store/store.ts';

/** A fresh store and a way to write to its tables behind its back; closed when the test ends. */
export interface Harness {
	store: Store;
	execute: (sql: string) => void | Promise<void>;
}

const PRIVATE = '~0123456789abcdefghijkl';

/** A message from a user who is called as their id is. */
export function message(author: string, id: string, more: Partial<NewMessage> = {}): NewMessage {
	return {
		kind: 'message',
		room: 'lobby',
		id,
		author: { id: author, name: author },
		text: id,
		sentAt: 1_000,
		...more
	};
}

function stored(seq: number, isNew = true, sentAt = 1_000): Appended {
	return { ok: true, isNew, seq, sentAt };
}

async function append(store: Store, ...messages: NewMessage[]): Promise<Appended[]> {
	return (await store.append(messages, [])).entries;
}

async function seqs(store: Store, range: Range, limit: number): Promise<number[]> {
	return (await store.read('lobby', range, limit)).messages.map(({ seq }) => seq);
}

/** Stores this many messages of Ada in the lobby. */
export async function fill(store: Store, count: number, text?: string): Promise<void> {
	await store.join('ada', 'lobby', 1);
	const messages = Array.from({ length: count }, (_, index) => message('ada', `m${index + 1}`));
	await append(store, ...messages.map((each) => ({ ...each, text: text ?? each.text })));
}

/** What every store promises, whatever it is made of. */
export function describeStore(name: string, open: () => Promise<Harness>): void {
	describe(`${name}: appending`, () => {
		test('messages of a room are numbered 1, 2, 3 …, each room for itself', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			await store.join('ada', 'attic', 1);

			const attic = { room: 'attic' };
			expect(await append(store, message('ada', 'a'), message('ada', 'b', attic), message('ada', 'c'))).toEqual([
				stored(1),
				stored(1),
				stored(2)
			]);
			expect(await append(store, message('ada', 'd'))).toEqual([stored(3)]);
			expect(await store.heads(['lobby', 'attic', 'nowhere'])).toEqual([
				['lobby', 3],
				['attic', 1]
			]);
		});

		test('a message sent again keeps its place and time, within a batch and later', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);

			const again = message('ada', 'a', { sentAt: 2_000 });
			expect(await append(store, message('ada', 'a'), again, message('ada', 'b'))).toEqual([
				stored(1),
				stored(1, false),
				stored(2)
			]);
			expect(await append(store, again)).toEqual([stored(1, false)]);
			expect((await store.read('lobby', { after: 0 }, 50)).messages).toHaveLength(2);
		});

		test('a message sent again after its author has left the room has its place', async () => {
			const { store } = await open();
			await fill(store, 1);
			await store.leave('ada', 'lobby');

			const other = message('ada', 'm1', { text: 'another' });
			expect(await append(store, message('ada', 'm1'), other, message('ada', 'm2'))).toEqual([
				stored(1, false),
				{ ok: false, code: 'id_reused' },
				{ ok: false, code: 'forbidden' }
			]);
			expect(await append(store, message('ada', 'm1'))).toEqual([stored(1, false)]);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 1]]);
		});

		test('an id stands for one text in one room, of one author', async () => {
			const { store } = await open();
			for (const [user, room] of [
				['ada', 'lobby'],
				['ada', 'attic'],
				['bora', 'lobby']
			] as const)
				await store.join(user, room, 1);

			expect(
				await append(
					store,
					message('ada', 'a'),
					message('ada', 'a', { text: 'another' }),
					message('ada', 'a', { room: 'attic' }),
					message('bora', 'a', { text: 'hers' })
				)
			).toEqual([stored(1), { ok: false, code: 'id_reused' }, { ok: false, code: 'id_reused' }, stored(2)]);
		});

		test('a message that was taken back is not stored again, and a deletion is no message', async () => {
			const { store, execute } = await open();
			await fill(store, 2);
			await execute("UPDATE messages SET text = '' WHERE seq = 1");
			await execute("UPDATE messages SET text = '', deletes = 1 WHERE seq = 2");

			expect(await append(store, message('ada', 'm1'), message('ada', 'm2'))).toEqual([
				stored(1, false),
				{ ok: false, code: 'id_reused' }
			]);
			expect((await store.read('lobby', { after: 1 }, 1)).messages[0]?.deletes).toBe(1);
		});

		test('only members store, and a private room does not exist for others', async () => {
			const { store, execute } = await open();
			await store.join('ada', 'lobby', 1);
			await store.join('bora', 'hall', 1);
			await execute(`INSERT INTO rooms (room, title, owner_id, is_private, head, last_at)
				VALUES ('${PRIVATE}', 'Attic', 'ada', TRUE, 0, 5)`);
			await execute(`INSERT INTO members (user_id, room, read_seq) VALUES ('ada', '${PRIVATE}', 0)`);

			const inPrivate = { room: PRIVATE };
			expect(
				await append(
					store,
					message('bora', 'a'),
					message('bora', 'b', { room: 'nowhere' }),
					message('bora', 'c', inPrivate),
					message('ada', 'd', inPrivate),
					message('bora', 'e', { room: 'hall' }),
					message('bora', 'e', inPrivate)
				)
			).toEqual([
				{ ok: false, code: 'forbidden' },
				{ ok: false, code: 'not_found' },
				{ ok: false, code: 'not_found' },
				stored(1),
				stored(1),
				{ ok: false, code: 'not_found' }
			]);
			expect(await store.join('bora', PRIVATE, 1)).toBe('not_found');
			expect(await store.join('bora', `${PRIVATE.slice(0, -1)}x`, 1)).toBe('not_found');
			expect(await store.join('ada', PRIVATE, 1)).toMatchObject({
				title: 'Attic',
				isPrivate: true
			});
			expect((await store.publicRooms(9)).map(({ room }) => room)).toEqual(['hall', 'lobby']);
		});

		test('a batch with a message that cannot be stored stores nothing', async () => {
			const { store } = await open();
			await fill(store, 1);
			// A caller without types.
			const broken = message('ada', 'x', { text: null as unknown as string });

			await expect(append(store, message('ada', 'a'), broken)).rejects.toThrow(/text/);
			expect(await store.heads(['lobby'])).toEqual([['lobby', 1]]);
			expect(await append(store, message('ada', 'a'))).toEqual([stored(2)]);
		});

		test('a log whose head is behind its messages is not written to', async () => {
			const { store, execute } = await open();
			await fill(store, 2);
			await execute('UPDATE rooms SET head = 1');

			await expect(append(store, message('ada', 'a'))).rejects.toThrow(/head/);
		});

		test('cursors go forward, up to the head that the batch makes, for members only', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			const cursor = (seq: number, userId = 'ada', room = 'lobby') => ({ room, userId, seq });

			const first = await store.append([message('ada', 'a')], [cursor(9), cursor(9, 'bora')]);
			expect(first.cursors).toEqual([1, null]);
			await append(store, message('ada', 'b'), message('ada', 'c'));
			expect(await store.append([], [cursor(2), cursor(1), cursor(3, 'ada', 'no')])).toEqual({
				entries: [],
				cursors: [2, 2, null]
			});
			expect(await store.join('ada', 'lobby', 1)).toMatchObject({ readSeq: 2, head: 3 });
		});

		test('names and texts come back as they were, the name as it was when it was sent', async () => {
			const { store } = await open();
			await store.join('ada', 'lobby', 1);
			const author = { id: 'ada', name: '에이다 👩‍🚀' };
			const text = '안녕\n"\\\t👋 {,}';
			await append(store, message('ada', 'a', { author, text }));
			await store.rename('ada', 'Ada');

			expect(await store.read('lobby', { after: 0 }, 1)).toEqual({
				head: 1,
				messages: [{ seq: 1, id: 'a', author, text, sentAt: 1_000 }]
			});
		});
	});

	describe(`${name}: reading`, () => {
		test.for<[Range, number, number[]]>([
			[{ before: 11 }, 3, [8, 9, 10]],
			[{ before: 1e15 }, 3, [8, 9, 10]],
			[{ before: 3 }, 50, [1, 2]],
			[{ before: 1 }, 50, []],
			[{ before: 0 }, 50, []],
			[{ after: 0 }, 3, [1, 2, 3]],
			[{ after: 8 }, 50, [9, 10]],
			[{ after: 10 }, 50, []],
			[{ after: 1e15 }, 50, []],
			[{ around: 5 }, 1, [5]],
			[{ around: 5 }, 2, [4, 5]],
			[{ around: 5 }, 5, [3, 4, 5, 6, 7]],
			[{ around: 1 }, 4, [1, 2, 3, 4]],
			[{ around: 0 }, 2, [1, 2]],
			[{ around: 10 }, 4, [7, 8, 9, 10]],
			[{ around: 1e15 }, 1, [10]],
			[{ around: 5 }, 200, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]
		])('%o, at most %i, of ten messages', async ([range, limit, expected]) => {
			const { store } = await open();
			await fill(store, 10);
			expect(await seqs(store, range, limit)).toEqual(expected);
		});

		test.for<Range>([{ before: 9 }, { after: 0 }, { around: 1 }])(
			'%o of a room that is empty or missing is nothing',
			async (range) => {
				const { store } = await open();
				await store.join('ada', 'lobby', 1);
				expect(await store.read('lobby', range, 50)).toEqual({ head: 0, messages: [] });
				expect(await store.read('nowhere', range, 50)).toEqual({ head: 0, messages: [] });
			}
		);

		test('a user reads what they are a member of, in the moment of the read, and nothing else', async () => {
			const { store, execute } = await open();
			await fill(store, 3);
			await store.join('ada', 'hall', 1);
			expect(await store.readAs('ada', 'lobby', { after: 1 }, 50)).toEqual(await store.read('lobby', { after: 1 }, 50));
			expect(await store.readAs('ada', 'hall', { after: 0 }, 50)).toEqual({ head: 0, messages: [] });
			expect(await store.readAs('bora', 'lobby', { after: 1 }, 50)).toBeNull();
			expect(await store.readAs('ada', 'nowhere', { after: 0 }, 50)).toBeNull();
			await execute("DELETE FROM members WHERE user_id = 'ada' AND room = 'lobby'");
			expect(await store.readAs('ada', 'lobby', { after: 1 }, 50)).toBeNull();
			expect(await store.readAs('ada', 'hall', { after: 0 }, 50)).toEqual({ head: 0, messages: [] });
		});

		test('what was acknowledged before a read is asked for is on its page, however busy the store is', async () => {
			const { store } = await open();
			const people = Array.from({ length: 8 }, (_, index) => `person ${index}`);
			for (const person of people) await store.join(person, 'lobby', 1);
			async function talk(person: string): Promise<void> {
				for (let count = 0; count < 40; count += 1) {
					const [appended] = await append(store, message(person, `m${count}`));
					const { seq } = appended?.ok ? appended : { seq: -1 };
					const pages = [
						store.readAs(person, 'lobby', { before: seq + 1 }, 200),
						store.read('lobby', { after: seq - 1 }, 200)
					];
					for (const page of await Promise.all(pages)) {
						const found = page?.messages.find((each) => each.seq === seq);
						expect(found).toMatchObject({ id: `m${count}`, author: { id: person } });
					}
				}
			}
			await Promise.all(people.map(talk));
		});

		test('a page ends where a packet is full, with the nearest messages and no hole', async () => {
			const { store } = await open();
			await fill(store, 200, '가'.repeat(4_000));

			const pages = await Promise.all(
				[{ before: 201 }, { after: 0 }, { around: 100 }].map((range) => store.read('lobby', range, 200))
			);
			for (const { messages } of pages) {
				expect(bytes(messages)).toBeLessThan(MAX_PACKET_BYTES);
				expect(messages.length).toBeGreaterThan(15);
				expectConsecutive(messages);
			}
			expect(pages[0]?.messages.at(-1)?.seq).toBe(200);
			expect(pages[1]?.messages[0]?.seq).toBe(1);
			expect(pages[2]?.messages[Math.floor(pages[2].messages.length / 2)]?.seq).toBe(100);
		});

		test('a page of texts of any sizes is the one that fits, as when all of it is read', async () => {
			const { store } = await open();
			await fill(store, 1);
			const sizes = fc.sample(fc.oneof(fc.nat(20), fc.nat(4_000), fc.constant(4_000)), { numRuns: 199, seed: 7 });
			const letters = ['x', '가', '😀'];
			await append(
				store,
				...sizes.map((size, index) => {
					const letter = letters[index % 3] ?? 'x';
					return message('ada', `large ${index}`, { text: letter.repeat(Math.max(1, size / letter.length)) });
				})
			);
			const all: Message[] = [];
			for (let after = 0; after < 200; after += 1) all.push(...(await store.read('lobby', { after }, 1)).messages);
			for (let place = 1; place <= 200; place += 9) {
				for (const range of [{ before: place }, { after: place - 1 }, { around: place }]) {
					const { first, last, anchor } = pageOf(range, 120, 200);
					const page = all.filter(({ seq }) => seq >= first && seq <= last);
					expect((await store.read('lobby', range, 120)).messages).toEqual(fitting(page, anchor));
				}
			}
		});

		test('the sizes that count are those of the nearest messages', async () => {
			const { store } = await open();
			await fill(store, 50);
			const large = Array.from({ length: 50 }, (_, index) =>
				message('ada', `large ${index}`, { text: '가'.repeat(4_000) })
			);
			await append(store, ...large);

			const { messages } = await store.read('lobby', { before: 101 }, 100);
			expect(bytes(messages)).toBeLessThan(MAX_PACKET_BYTES);
			expect(messages.at(-1)?.seq).toBe(100);
			expectConsecutive(messages);
		});
	});

	describe(`${name}: rooms`, () => {
		test('the first to join a public room makes it, and has read up to the head', async () => {
			const { store } = await open();
			const lobby = { room: 'lobby', title: 'lobby', ownerId: null, isPrivate: false };

			expect(await store.join('ada', 'lobby', 1)).toEqual({ ...lobby, head: 0, readSeq: 0 });
			await append(store, message('ada', 'a'));
			expect(await store.join('bora', 'lobby', 1)).toEqual({ ...lobby, head: 1, readSeq: 1 });
			expect(await store.join('ada', 'lobby', 1)).toEqual({ ...lobby, head: 1, readSeq: 0 });
		});

		test('who left is no member until they join again, and the room keeps its log', async () => {
			const { store } = await open();
			await fill(store, 1);

			expect(await store.leave('ada', 'lobby')).toBe('done');
			expect(await store.leave('ada', 'lobby')).toBe('done');
			expect(await append(store, message('ada', 'b'))).toEqual([{ ok: false, code: 'forbidden' }]);
			expect(await store.roomsOf('ada')).toEqual([]);
			expect(await store.join('ada', 'lobby', 1)).toMatchObject({ head: 1, readSeq: 1 });
		});

		test(`a user is in ${MAX_ROOMS_PER_USER} rooms at most`, async () => {
			const { store } = await open();
			for (let number = 0; number < MAX_ROOMS_PER_USER; number += 1) await store.join('ada', `room-${number}`, 1);

			expect(await store.join('ada', 'one-more', 1)).toBe('forbidden');
			expect(await store.heads(['one-more'])).toEqual([]);
			expect(await store.join('ada', 'room-0', 1)).toMatchObject({ room: 'room-0' });
			expect(await store.join('bora', 'one-more', 1)).toMatchObject({ room: 'one-more' });
		});

		test("one's rooms come by name, public ones by their newest activity", async () => {
			const { store } = await open();
			await store.join('ada', 'b', 10_000);
			await store.join('ada', 'a', 20_000);
			await store.join('ada', 'c', 30_000);
			await append(store, message('ada', 'x', { room: 'b', sentAt: 40_000 }));
			await store.join('bora', 'a', 50_000);

			expect((await store.roomsOf('ada')).map(({ room }) => room)).toEqual(['a', 'b', 'c']);
			expect((await store.publicRooms(2)).map(({ room }) => room)).toEqual(['b', 'c']);
			expect(await store.publicRooms(0)).toEqual([]);
		});
	});

	describe(`${name}: sessions`, () => {
		test('a session is found by the hash of its token, with the name of today', async () => {
			const { store } = await open();
			const hash = '07'.repeat(32);
			await store.createSession(hash, { id: 'ada', name: 'Guest' }, 1);
			await store.rename('ada', 'Ada');

			expect(await store.findSession(hash)).toEqual({ id: 'ada', name: 'Ada' });
			expect(await store.findUser('ada')).toEqual({ id: 'ada', name: 'Ada' });
			expect(await store.findSession('00'.repeat(32))).toBeUndefined();
			expect(await store.findUser('bora')).toBeUndefined();
		});

		test('a token that is taken leaves no user behind', async () => {
			const { store } = await open();
			const hash = '00'.repeat(32);
			await store.createSession(hash, { id: 'ada', name: 'Ada' }, 1);

			await expect(store.createSession(hash, { id: 'bora', name: 'B' }, 1)).rejects.toThrow(/UNIQUE/i);
			await store.createSession('01'.repeat(32), { id: 'bora', name: 'Bora' }, 1);
		});
	});

	test(`${name}: calls that concern the same user are answered in the order in which they are made`, async () => {
		const { store } = await open();
		const hash = '00'.repeat(32);
		const lobby = { room: 'lobby', head: 0, readSeq: 0 };
		const calls: [() => Promise<unknown>, unknown][] = [
			[() => store.createSession(hash, { id: 'ada', name: 'Guest' }, 1), undefined],
			[() => store.findSession(hash), { id: 'ada', name: 'Guest' }],
			[() => store.roomsOf('ada'), []],
			[() => store.join('ada', 'lobby', 1), lobby],
			[() => store.roomsOf('ada'), [lobby]],
			[() => append(store, message('ada', 'a')), [stored(1)]],
			[() => store.roomsOf('ada'), [{ ...lobby, head: 1 }]],
			[() => store.append([], [{ room: 'lobby', userId: 'ada', seq: 1 }]), { entries: [], cursors: [1] }],
			[() => store.join('ada', 'lobby', 1), { ...lobby, head: 1, readSeq: 1 }],
			[() => store.leave('ada', 'lobby'), 'done'],
			[() => store.roomsOf('ada'), []],
			[() => append(store, message('ada', 'b')), [{ ok: false, code: 'forbidden' }]],
			[() => store.rename('ada', 'Ada'), undefined],
			[() => store.findUser('ada'), { id: 'ada', name: 'Ada' }],
			[() => store.findSession(hash), { id: 'ada', name: 'Ada' }]
		];
		const order: number[] = [];
		const answers = await Promise.all(
			calls.map(async ([call], index) => {
				const answer = await call();
				order.push(index);
				return answer;
			})
		);
		expect(answers).toMatchObject(calls.map(([, expected]) => expected));
		expect(order).toEqual([...calls.keys()]);
	});

	test(`${name}: any sequence of appends, joins, leaves and reads agrees with a model`, async () => {
		const { store } = await open();
		let run = 0;
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
				// Rooms and people of its own for each run, instead of a store of its own.
				const model = new Model((run += 1));
				for (const each of steps) await each(store, model);
				for (const room of ROOMS.map((each) => model.own(each))) {
					const slice = await store.read(room, { after: 0 }, 200);
					expect(slice.messages).toEqual(model.log(room));
				}
			}),
			{ numRuns: 100 }
		);
	}, 30_000);
}

const ROOMS = ['lobby', 'attic', '광장'];
type Step = (store: Store, model: Model) => Promise<void>;

/** A store in forty lines, without a disk. */
class Model {
	readonly #logs = new Map<string, Message[]>();
	readonly #cursors = new Map<string, number>();
	readonly #run: number;

	constructor(run: number) {
		this.#run = run;
	}

	own(name: string): string {
		return `${name}-${this.#run}`;
	}

	log(room: string): Message[] {
		return this.#logs.get(room) ?? [];
	}

	join(user: string, room: string): number {
		const key = `${user} ${room}`;
		if (!this.#logs.has(room)) this.#logs.set(room, []);
		const seq = this.#cursors.get(key) ?? this.log(room).length;
		this.#cursors.set(key, seq);
		return seq;
	}

	leave(user: string, room: string): void {
		this.#cursors.delete(`${user} ${room}`);
	}

	append({ room, id, author, text, sentAt }: NewMessage): Appended {
		const log = this.#logs.get(room);
		if (!log) return { ok: false, code: 'not_found' };
		for (const [where, messages] of this.#logs) {
			const same = messages.find((each) => each.id === id && each.author.id === author.id);
			if (!same) continue;
			// Of a room that one is not in, an id tells nothing.
			if (where !== room && !this.#cursors.has(`${author.id} ${room}`)) continue;
			return where === room && same.text === text
				? stored(same.seq, false, same.sentAt)
				: { ok: false, code: 'id_reused' };
		}
		if (!this.#cursors.has(`${author.id} ${room}`)) return { ok: false, code: 'forbidden' };
		log.push({ seq: log.length + 1, id, author, text, sentAt });
		return stored(log.length, true, sentAt);
	}

	move(user: string, room: string, seq: number): number | null {
		const key = `${user} ${room}`;
		const known = this.#cursors.get(key);
		if (known === undefined) return null;
		const moved = Math.max(known, Math.min(seq, this.log(room).length));
		this.#cursors.set(key, moved);
		return moved;
	}
}

const room = fc.constantFrom(...ROOMS);
const seq = fc.nat(12);
const who = fc.record({ user: fc.constantFrom('ada', 'bora'), room });
const said = fc.record({
	who,
	id: fc.nat(7).map(String),
	text: fc.constantFrom('가', 'b'),
	sentAt: fc.nat(99)
});

const appending = fc
	.record({
		batch: fc.array(said, { maxLength: 6 }),
		marks: fc.array(fc.record({ who, seq }), { maxLength: 2 })
	})
	.map(({ batch, marks }): Step => async (store, model) => {
		const messages = batch.map(({ who: { user, room: where }, id, ...more }) =>
			message(model.own(user), id, { ...more, room: model.own(where) })
		);
		const cursors = marks.map((mark) => ({
			userId: model.own(mark.who.user),
			room: model.own(mark.who.room),
			seq: mark.seq
		}));
		const expected = {
			entries: messages.map((each) => model.append(each)),
			cursors: cursors.map((each) => model.move(each.userId, each.room, each.seq))
		};
		expect(await store.append(messages, cursors)).toEqual(expected);
	});

const joining = who.map((one): Step => async (store, model) => {
	const [user, where] = [model.own(one.user), model.own(one.room)];
	const expected = { room: where, readSeq: model.join(user, where), head: model.log(where).length };
	expect(await store.join(user, where, 1)).toMatchObject(expected);
});

const leaving = who.map((one): Step => async (store, model) => {
	const [user, where] = [model.own(one.user), model.own(one.room)];
	model.leave(user, where);
	expect(await store.leave(user, where)).toBe('done');
});

const reading = fc
	.record({
		room,
		anchor: seq,
		limit: fc.integer({ min: 1, max: 12 }),
		kind: fc.constantFrom('before' as const, 'after' as const, 'around' as const)
	})
	.map(({ anchor, limit, kind, ...one }): Step => async (store, model) => {
		const where = model.own(one.room);
		const log = model.log(where);
		// One of the three ranges, spelled by its key.
		const { head, messages } = await store.read(where, { [kind]: anchor } as unknown as Range, limit);
		expect(head).toBe(log.length);
		if (kind === 'before') {
			expect(messages).toEqual(log.filter((each) => each.seq < anchor).slice(-limit));
		} else if (kind === 'after') {
			expect(messages).toEqual(log.filter((each) => each.seq > anchor).slice(0, limit));
		} else {
			expect(messages).toHaveLength(Math.min(limit, log.length));
			expectConsecutive(messages);
			const nearest = log[Math.max(1, Math.min(anchor, log.length)) - 1];
			if (nearest) expect(messages).toContainEqual(nearest);
		}
	});

const step = fc.oneof({ weight: 3, arbitrary: appending }, { weight: 2, arbitrary: joining }, leaving, reading);

function bytes(messages: Message[]): number {
	return messages.reduce((sum, each) => sum + wireBytes(each), 0);
}

function expectConsecutive(messages: Message[]): void {
	const first = messages[0]?.seq ?? 0;
	expect(messages.map(({ seq: each }) => each)).toEqual(messages.map((_, index) => first + index));
}
