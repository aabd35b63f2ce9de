import * as v from 'valibot';
export { RoomId } from './room-names.ts';

/** The id that a client gives an entry before it sends it. */
export const EntryId = v.pipe(
	v.string('the id is not a string'),
	v.regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, 'the id is not a UUID in lower case')
);

/** An identifier that the server generated for a person or an invitation. */
export const UserId = v.pipe(
	v.string('the id is not a string'),
	v.regex(/^[\w-]{1,64}$/, 'the id has an invalid form')
);

/** Makes the schema of a request's payload. */
/* @__NO_SIDE_EFFECTS__ */
export function request<Fields extends v.ObjectEntries>(fields: Fields) {
	return v.object(fields, 'the payload is not an object with the fields of this request');
}

/** The reason of a limit of messages. A template string alone would keep its schema in the page. */
/* @__NO_SIDE_EFFECTS__ */
export function atMost(count: number, things: string): string {
	return `a message has ${count} ${things} at most`;
}
