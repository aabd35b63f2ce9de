/** The longest text of a message, in Unicode code points. A composed Hangul syllable is one code point. */
export const MAX_TEXT_CODE_POINTS = 4_000;

/** The longest text of a message, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 16 * 1024;

/** The longest name of a room, in code points. */
export const MAX_ROOM_NAME_CODE_POINTS = 64;

/** The longest title of a private room, in code points. */
export const MAX_ROOM_TITLE_CODE_POINTS = 64;

/** The most members of a private room: the list of them fits into one packet. */
export const MAX_PRIVATE_MEMBERS = 500;

/** The most valid invitations of a room. */
export const MAX_INVITATIONS = 50;

/** The shortest and the longest lifetime of an invitation that has one, in milliseconds. */
export const MIN_INVITATION_MS = 60_000;
export const MAX_INVITATION_MS = 30 * 24 * 60 * 60 * 1_000;

/** The highest number of uses of an invitation that has one. */
export const MAX_INVITATION_USES = 500;

/** The longest name of a person, in graphemes, which readers see as single characters. */
export const MAX_DISPLAY_NAME_GRAPHEMES = 32;

/** The longest name of a person, in bytes of UTF-8. */
export const MAX_DISPLAY_NAME_BYTES = 128;

/** The most rooms of which a user can be a member. */
export const MAX_ROOMS_PER_USER = 50;

/** The most direct rooms that a person can open. They are no rooms of `MAX_ROOMS_PER_USER`. */
export const MAX_DIRECT_ROOMS = 200;

/** The most people that a person can block. */
export const MAX_BLOCKED = 500;

/** The most people that a list of online members names. The count beside it includes everybody. */
export const MAX_LISTED_MEMBERS = 50;

/** The most public rooms in a list of rooms, in addition to the user's own. */
export const MAX_LISTED_ROOMS = 200;

/** The most public rooms in the answer to `room:find`. */
export const MAX_FOUND_ROOMS = 50;

/** The number of messages in a page when the request names no limit. */
export const PAGE_SIZE = 50;

/** The most messages or entries in one packet: a page or `entry:new`. */
export const MAX_PACKET_MESSAGES = 200;

/**
 * The most messages of a room that a client holds, without a gap. After an absence the server reports which of them
 * changed.
 */
export const MAX_HELD_MESSAGES = 300;

/** The most earlier versions of a message in one answer: the newest ones. */
export const MAX_VERSIONS = 100;

/** The most people in the answer to `message:reactors`. */
export const MAX_REACTORS = 100;

/** The longest topic of a room, in code points. */
export const MAX_TOPIC_CODE_POINTS = 120;

/** The most mentions of a message. */
export const MAX_MENTIONS = 20;

/** The longest text of a quote, in code points. */
export const MAX_QUOTE_CODE_POINTS = 140;

/** The most different emojis in the reactions of a message. */
export const MAX_REACTIONS = 20;

/** The most people that a reaction names. Its count includes everybody. */
export const MAX_REACTION_NAMES = 3;

/** The largest packet that the server sends, in bytes. */
export const MAX_PACKET_BYTES = 256 * 1024;

/** The largest packet or HTTP body that the server accepts from a client, in bytes. */
export const MAX_CLIENT_PAYLOAD_BYTES = 64 * 1024;

/** The interval at which the server sends a connection the heads of its rooms, in milliseconds. */
export const HEADS_INTERVAL_MS = 15_000;

/** The time during which presence changes are batched, in milliseconds. */
export const PRESENCE_BATCH_MS = 1_000;

/** The shortest interval between two typing notices of a client, in milliseconds. */
export const TYPING_INTERVAL_MS = 3_000;

/** A typing indicator expires this long after the last notice, in milliseconds. */
export const TYPING_EXPIRY_MS = 5_000;

/** The shortest interval at which a client marks a room as read, in milliseconds. */
export const READ_MARK_INTERVAL_MS = 2_000;
