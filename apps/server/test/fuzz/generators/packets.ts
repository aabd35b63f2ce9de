import fc from 'fast-check';
import { requestPacket } from './requests.ts';
import { anything } from './values.ts';

const json = anything.map((value) => JSON.stringify(value));

/** A packet of Socket.IO, each part of which may be odd. */
const assembled = fc
	.tuple(
		fc.constantFrom('4', '4', '4', '4', '4', '4', '0', '1', '2', '3', '5', '6', '7', 'b', ''),
		fc.constantFrom('2', '2', '2', '3', '0', '1', '4', '5', '6', '7', '9', '-', ''),
		fc.constantFrom('', '', '', '', '0-', '1-', '2-', '10-', '11-', '-1-', '1e3-', '9'.repeat(40)),
		fc.constantFrom('', '', '/chat,', '/chat,', '/chat', '/nowhere,', '/,', '/__proto__,', '/chat?x=1,'),
		fc.constantFrom('', '', '0', '1', '7', '007', '9'.repeat(30), '1.5', '-1'),
		fc.oneof(
			json,
			fc.array(anything, { maxLength: 4 }).map((list) => JSON.stringify(list)),
			fc
				.tuple(
					fc.constantFrom('eventFromClient', 'message:send', 'disconnect', 'connect', 'x', '__proto__', ''),
					anything
				)
				.map((list) => JSON.stringify(list)),
			fc.constantFrom('', '[', '{}', '["x"', '["x",{"_placeholder":true,"num":0}]', '[[]]', 'null')
		)
	)
	.map((parts) => parts.join(''));

/** A valid packet with an inserted, removed or replaced letter. */
const damaged = fc
	.tuple(
		requestPacket,
		fc.nat(),
		fc.constantFrom('', '"', '{', '}', '[', ']', ',', '\\', '\0', '/', '-', '9', '\ud800'),
		fc.nat({ max: 2 })
	)
	.map(([packet, place, letter, dropped]) => {
		const at = place % (packet.length + 1);
		return packet.slice(0, at) + letter + packet.slice(at + dropped);
	});

/** Packets of Engine.IO, odd or nearly valid. */
export const oddPacket: fc.Arbitrary<string> = fc.oneof(
	{ weight: 4, arbitrary: assembled },
	{ weight: 4, arbitrary: damaged },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) }
);
