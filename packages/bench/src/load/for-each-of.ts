/** The default number of connections that are opened at once. */
const AT_ONCE = 200;

/** Calls a function for each number below `count`, some at a time. */
export async function forEachOf<Item>(
	count: number,
	make: (index: number) => Promise<Item>,
	atOnce = AT_ONCE
): Promise<Item[]> {
	const items: Item[] = [];
	for (let first = 0; first < count; first += atOnce) {
		const next = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => make(first + index));
		items.push(...(await Promise.all(next)));
	}
	return items;
}
