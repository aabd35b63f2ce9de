import fc from 'fast-check';

/** Usual and odd texts. */
export const text: fc.Arbitrary<string> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.constantFrom('안녕하세요', 'hello', '👩‍👩‍👧‍👦', 'é', 'e\u0301', 'ᄒ\u1161ᆫ', '@수달 *굵게*', 'a\nb')
	},
	{ weight: 4, arbitrary: fc.string({ maxLength: 30 }) },
	{ weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
	{ weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
	{
		weight: 2,
		arbitrary: fc.constantFrom('', ' ', '\0', '\u200b', '\ud800', '\u202eabc', '\r\n', '\u001b[31m', '\u0958')
	},
	{ weight: 1, arbitrary: fc.nat({ max: 4_100 }).map((length) => '가'.repeat(length)) }
);

/** Edge cases. */
const edges = fc.constantFrom<unknown>(
	...[null, true, false, 0, -0, -1, 1, 0.5, 200, 201, 2 ** 31, 2 ** 53 - 1, 2 ** 53, 1e300, -1e300, 5e-324],
	...['', '0', '__proto__', 'constructor', 'toString', '\0', '~', "' OR 1=1 --", '../..', 'NaN', 'x'.repeat(5_000)],
	...[[], {}, [null], [[]], { length: 3 }, { toString: 'x' }, { valueOf: 1, toString: null }, { then: 1 }]
);

const deep = fc.nat({ max: 300 }).map((depth) => {
	let value: unknown = 0;
	for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { deeper: value };
	return value;
});

/** Any JSON value. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 6, arbitrary: edges },
	{ weight: 2, arbitrary: text },
	{ weight: 2, arbitrary: fc.integer() },
	{ weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
	{ weight: 1, arbitrary: deep }
);
