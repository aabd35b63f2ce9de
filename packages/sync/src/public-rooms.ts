import type { RoomSummary } from '@digda/protocol';
import { dataOf } from './requests.ts';
import type { Session } from './Session.ts';

/**
 * Finds public rooms whose names contain a text, whatever its case, spaces and hyphens; an empty text finds every room. The
 * newest activity comes first. @throws {RejectionError} @throws {ConnectionLost}
 */
export async function findRooms({ ask }: Pick<Session, 'ask'>, query: string): Promise<readonly RoomSummary[]> {
	return dataOf(await ask('room:find', { query })).rooms;
}
