/** The longest text of a message, in Unicode code points: what a person would count, Hangul syllables as one. */
export const MAX_TEXT_CODE_POINTS = 4_000;

/** The longest text of a message, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 16 * 1024;

/** The largest packet or HTTP body that the server takes from a client, in bytes. */
export const MAX_CLIENT_PAYLOAD_BYTES = 64 * 1024;
