import { RoomId } from '@digda/protocol';
import * as v from 'valibot';

/** The routes of the page that are one file each, whatever follows the `#`. */
const ROUTES = /^\/(rooms|join|device)\/?$/;
const ROOM_ROUTE = /^\/rooms\/([^/]+)\/?$/;

/** Whether the page shows something of its own under a decoded path; a room need not exist for that. */
export function isRoute(path: string): boolean {
	const room = ROOM_ROUTE.exec(path)?.[1];
	return ROUTES.test(path) || v.is(RoomId, room);
}
