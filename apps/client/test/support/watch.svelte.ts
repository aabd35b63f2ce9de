/** Collects what an effect sees of a value, until `stop` is called. */
export function watch<Value>(read: () => Value) {
	const seen: Value[] = [];
	const stop = $effect.root(() => {
		$effect(() => {
			seen.push(read());
		});
	});
	return { seen, stop };
}
