import type { Page } from '../Page.ts';

/** Measures the time from `sentAt` to the display of messages, on one machine with one clock. */
export class Delays {
	/** The longest delay, in milliseconds. */
	worstMs = 0;
	/** The number of displayed messages, over all pages. */
	shown = 0;

	/** Watches the messages of a page in a room from now on. */
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
