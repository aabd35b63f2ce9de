import type { ErrorCode } from '@digda/protocol';

/** A refusal that its asker is told about; any other error is ours, and reaches nobody but the log. */
export class Refusal extends Error {
	readonly code: ErrorCode;

	/** @param message for developers; interfaces translate the code */
	constructor(code: ErrorCode, message: string) {
		super(message);
		this.code = code;
	}
}
