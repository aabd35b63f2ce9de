import { RoomId } from '@digda/protocol';
import * as v from 'valibot';

/** The routes of the page other than rooms. The part after `#` does not reach the server. */
const ROUTES = /^\/(rooms|join|device)\/?$/;
/** A room, or a message in it by its `seq`. */
const ROOM_ROUTE = /^\/rooms\/([^/]+)(?:\/\d{1,15})?\/?$/;

/** Whether a decoded path is a route of the page. A room need not exist. */
export function isRoute(path: string): boolean {
	const room = ROOM_ROUTE.exec(path)?.[1];
	return ROUTES.test(path) || v.is(RoomId, room);
}
