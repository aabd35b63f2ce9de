/** Records the values that an effect reads, until `stop` is called. */
export function watch<Value>(read: () => Value) {
	const seen: Value[] = [];
	const stop = $effect.root(() => {
		$effect(() => {
			seen.push(read());
		});
	});
	return { seen, stop };
}

/** Creates an object with effects, as a component would. `stop` destroys it. */
export function mount<Value>(create: () => Value) {
	let value: Value | undefined;
	const stop = $effect.root(() => {
		value = create();
	});
	return { value: value as Value, stop };
}
