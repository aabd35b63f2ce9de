import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '@digda/protocol';
import { openStore } from '../../../src/store/open-store.ts';
import { StoreRejection, StoreUnavailable, type Store } from '../../../src/store/store.ts';
import { Random } from '../../faults/random.ts';
import { temporaryDatabase } from '@digda/testkit/server/temporary-database.ts';
import { recordingLog } from './controlled-store.ts';
import { deletion, edit, message, reaction } from './entries.ts';
import { readEntries } from './read.ts';

const ROOMS = ['lobby', 'attic', '바다', '~0123456789abcdefghijkl'];
const PEOPLE = ['ada', 'bora', 'chan', 'dan', 'eve'];
const FLIPS = 8;

/** The outcome of a damaged copy. `found`: the store opened it, and noticed the damage on reading. */
export type Fate = 'rejected' | 'found' | 'same' | 'different';

/**
 * Fills a database: 3,000 messages of five people in four rooms. Every fiftieth message is deleted, and as many are edited
 * and have a reaction.
 */
export async function makeOriginal(url: string, count = 3_000): Promise<void> {
	const store = await openStore(url, recordingLog().log);
	const random = new Random(19);
	const members = PEOPLE.map((id) => ({ id, name: `${id} 😀` }));
	for (const [index, user] of members.entries()) {
		await store.createSession(String(index).padStart(64, 'a'), user, 1_000 + index);
		for (const room of ROOMS.slice(0, 3)) await store.join(user.id, room, 5_000);
	}
	await store.createRoom('ada', '~0123456789abcdefghijkl', '비밀 방', 6_000);
	for (let first = 0; first < count; first += 100) {
		const batch = Array.from({ length: 100 }, (_, index) => {
			const author = random.pick(members);
			const room = author.id === 'ada' ? random.pick(ROOMS) : random.pick(ROOMS.slice(0, 3));
			const text = `${random.uuid()} 안녕하세요 `.repeat(random.whole(1, 4));
			return message(author.id, random.uuid(), { room, author, text, sentAt: 1_764_000_000_000 + first + index });
		});
		await store.append(batch, [{ room: 'lobby', userId: 'ada', seq: first }]);
		const changes = batch.slice(0, 6).map(({ author, id, room }, index) => {
			const [of, sentAt] = [{ author: author.id, id }, 1_765_000_000_000 + first + index];
			const more = { author, room, sentAt };
			if (index < 2) return deletion(author.id, random.uuid(), of, more);
			return index < 4
				? edit(author.id, random.uuid(), of, `${random.uuid()} 고쳤어요`, more)
				: reaction(author.id, random.uuid(), of, '👍', more);
		});
		await store.append(changes, []);
	}
	await store.close();
}

/** All entries that a store serves, room by room. */
export async function readAll(store: Store): Promise<Entry[][]> {
	const rooms: Entry[][] = [];
	for (const room of ROOMS) rooms.push(await readEntries(store, room));
	return rooms;
}

/** Flips bits of a file. */
function flip(file: string, random: Random): void {
	const bytes = readFileSync(file);
	for (let count = 0; count < FLIPS; count += 1) {
		const at = random.whole(0, bytes.length - 1);
		bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(0, 7));
	}
	writeFileSync(file, bytes);
}

/**
 * Damages copies of a database, opens each as a server does, reads everything, and counts the outcomes.
 * @param suffix of the file in which bits are flipped: the database itself, or a file beside it
 * @param isSame compares the served entries with those of the original
 */
export async function countFates(
	original: string,
	{ copies, seed, suffix = '' }: { copies: number; seed: number; suffix?: string },
	isSame: (served: Entry[][], whole: Entry[][]) => boolean = isDeepStrictEqual
): Promise<Record<Fate, number>> {
	const fates = { rejected: 0, found: 0, same: 0, different: 0 };
	const random = new Random(seed);
	const store = await openCopy(original);
	const whole = await readAll(store.store);
	await store.close();
	for (let count = 0; count < copies; count += 1) {
		fates[await fateOf(original, suffix, random, (served) => isSame(served, whole))] += 1;
	}
	return fates;
}

async function fateOf(
	original: string,
	suffix: string,
	random: Random,
	isWhole: (served: Entry[][]) => boolean
): Promise<Fate> {
	let opened: Awaited<ReturnType<typeof openCopy>>;
	try {
		opened = await openCopy(original, (file) => flip(`${file}${suffix}`, random));
	} catch (error) {
		if (error instanceof StoreRejection) return 'rejected';
		throw error;
	}
	try {
		return isWhole(await readAll(opened.store)) ? 'same' : 'different';
	} catch (error) {
		if (error instanceof StoreUnavailable) return 'found';
		throw error;
	} finally {
		await opened.close();
	}
}

async function openCopy(original: string, damage: (file: string) => void = () => undefined) {
	const { file, url, remove } = temporaryDatabase();
	for (const suffix of ['', '-wal']) {
		if (existsSync(`${original}${suffix}`)) cpSync(`${original}${suffix}`, `${file}${suffix}`);
	}
	damage(file);
	try {
		const store = await openStore(url, recordingLog().log);
		return {
			store,
			async close() {
				await store.close();
				remove();
			}
		};
	} catch (error) {
		remove();
		throw error;
	}
}
