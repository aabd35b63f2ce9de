import { m } from '#lib/paraglide/messages.js';

/** News that comes within this time is told at once. */
const GATHER_MS = 1_000;

/** More than this many pieces of news are counted instead of read out. */
const MAX_TOLD = 3;

/** What a screen reader says without being asked: one polite live region for the whole page. */
class Announcer {
	#news: string[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	/** What the region holds. */
	text = $state('');

	/** Tells of a message, together with those that follow soon. */
	tell(message: string): void {
		this.#news.push(message);
		if (this.#timer === undefined) this.#timer = setTimeout(() => this.#flush(), GATHER_MS);
	}

	/** Says a count instead of messages, for what was made up for. */
	tellCaughtUp(count: number): void {
		this.text = m.announce_caught_up({ count });
	}

	#flush(): void {
		this.#timer = undefined;
		const news = this.#news.splice(0);
		this.text = news.length > MAX_TOLD ? m.announce_many({ count: news.length }) : news.join('\n');
	}
}

export const announcer = new Announcer();
