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

/** Creates what has effects of its own, as a component would; `stop` is its end. */
export function mount<Value>(create: () => Value) {
	let value: Value | undefined;
	const stop = $effect.root(() => {
		value = create();
	});
	return { value: value as Value, stop };
}
