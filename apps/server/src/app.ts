import { Ping } from '@digda/protocol';
import type { RequestListener } from 'node:http';
import { answerEcho, type EchoHandlers } from './echo/echo.ts';
import { answerAlive, answerReadiness, serveMetrics, type StatusOptions } from './http/status.ts';
import { acceptInvitation, invite, previewInvitation, revokeInvitation } from './invitations/invitations.ts';
import { addEntry } from './messages/entries.ts';
import { readReactors, readVersions } from './messages/details.ts';
import { findHistory, readHistory } from './messages/history.ts';
import { markRead } from './messages/read-cursors.ts';
import { blockPerson } from './people/blocks.ts';
import { setTyping } from './presence/typing.ts';
import { closeRoom, createRoom, listMembers, removeMember, renameRoom } from './rooms/ownership.ts';
import { findRooms, listRooms } from './rooms/lists.ts';
import { joinRoom, leaveRoom } from './rooms/rooms.ts';
import { setRoom } from './rooms/settings.ts';
import { renameUser, rotateSession } from './sessions/sessions.ts';
import type { Chat, ChatHandlers, Shared } from './socket/chat-types.ts';
import { handler } from './socket/events.ts';

// Every event and every route of the server. The imports above name the file that serves each.

/** The events of the namespace `/`. */
export function echoEvents(shared: Shared): EchoHandlers {
	return { eventFromClient: answerEcho(shared) };
}

/** The events of the namespace `/chat`. */
export function chatEvents(chat: Chat): ChatHandlers {
	return {
		'connection:ping': handler(Ping, () => ({})),

		'session:rename': renameUser(chat),
		'session:rotate': rotateSession(chat),

		'person:block': blockPerson(chat),

		'room:list': listRooms(chat),
		'room:find': findRooms(chat),
		'room:join': joinRoom(chat),
		'room:leave': leaveRoom(chat),
		'room:set': setRoom(chat),

		'room:create': createRoom(chat),
		'room:rename': renameRoom(chat),
		'room:close': closeRoom(chat),
		'room:members': listMembers(chat),
		'room:remove': removeMember(chat),

		'room:invite': invite(chat),
		'room:revoke': revokeInvitation(chat),
		'room:preview': previewInvitation(chat),
		'room:accept': acceptInvitation(chat),

		'message:send': addEntry(chat, 'message'),
		'message:edit': addEntry(chat, 'edit'),
		'message:delete': addEntry(chat, 'delete'),
		'message:react': addEntry(chat, 'reaction'),
		'message:versions': readVersions(chat),
		'message:reactors': readReactors(chat),
		'topic:set': addEntry(chat, 'topic'),
		'history:read': readHistory(chat),
		'history:find': findHistory(chat),
		'read:mark': markRead(chat),

		'typing:set': setTyping(chat)
	};
}

/** The HTTP routes. `socket/edge.ts` serves `/socket.io/`; `http/page/page.ts` serves all other paths. */
export function httpRoutes(options: StatusOptions): Record<string, RequestListener> {
	return {
		'/healthz': answerAlive(),
		'/readyz': answerReadiness(options),
		'/metrics': serveMetrics(options)
	};
}
