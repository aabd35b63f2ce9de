import type { EmptyReply, EchoClientToServer, EchoServerToClient } from '../src/index.ts';
import { assertType, expectTypeOf, test } from 'vitest';

test('a handler with the right payload compiles', () => {
	assertType<EchoClientToServer['eventFromClient']>((text) => text.toUpperCase());
	assertType<EchoServerToClient['eventFromServer']>((text) => text.toUpperCase());
	expectTypeOf<EchoClientToServer['eventFromClient']>().parameter(0).toEqualTypeOf<string>();
	expectTypeOf<EchoClientToServer['eventFromClient']>()
		.parameter(1)
		.toEqualTypeOf<((reply: EmptyReply) => void) | undefined>();
});

test('a handler with a wrong payload does not compile', () => {
	// @ts-expect-error the text is a string, not a number
	assertType<EchoClientToServer['eventFromClient']>((text: number) => text);
	// @ts-expect-error the server's answer is a string, not an object
	assertType<EchoServerToClient['eventFromServer']>((answer: { text: string }) => answer.text);
});

test('an event that is not in the map does not compile', () => {
	// @ts-expect-error there is no such event
	assertType<EchoClientToServer['eventFromCleint']>(() => undefined);
});

test('a rejection carries an error, never data', () => {
	// @ts-expect-error `data` belongs to an accepted request
	assertType<EmptyReply>({ ok: false, data: {} });
});
