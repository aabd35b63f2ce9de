import type { Page } from '../Page.ts';

/** How long messages take from one node's clock to what pages show, on one machine with one clock. */
export class Delays {
	/** The longest one, in milliseconds. */
	worstMs = 0;
	/** How many messages were shown to somebody. */
	shown = 0;

	/** Looks from now on at what a page shows in a room. */
	watch({ rooms }: Page, room: string): void {
		const { timeline, changes } = rooms.open(room);
		let last = timeline.to;
		changes.on(() => {
			const now = Date.now();
			for (let at = timeline.messages.length - 1; at >= 0; at -= 1) {
				const message = timeline.messages[at];
				if (!message || message.seq <= last) break;
				this.shown += 1;
				this.worstMs = Math.max(this.worstMs, now - message.sentAt);
			}
			last = Math.max(last, timeline.to);
		});
	}
}
