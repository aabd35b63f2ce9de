import type { Consumer } from './consumer.ts';

/** Counts the entries of each kind in each room. */
export const figures: Consumer = {
	consume(room, entries, rows) {
		const counts = new Map<string, number>();
		for (const { kind } of entries) counts.set(kind, (counts.get(kind) ?? 0) + 1);
		return [...counts].map(([kind, count]) => {
			const before = rows.find((row) => row.kind === kind);
			return before
				? { update: 'figures', set: { count: before.count + count }, where: { room, kind } }
				: { insert: 'figures', row: { room, kind, count } };
		});
	}
};
