declare global {
	namespace App {
		interface PageState {
			/** The message to which a link leads. */
			jump?: {
				seq: number;
				/** The first characters of the epoch of the log that the link means; empty if the link does not say it. */
				epoch: string;
			};
		}
	}
}

export {};
