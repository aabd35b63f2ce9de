/** The longest text of a message, in Unicode code points: what a person would count, Hangul syllables as one. */
export const MAX_TEXT_CODE_POINTS = 4_000;

/** The longest text of a message, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 16 * 1024;

/** The longest name of a room, in code points. */
export const MAX_ROOM_NAME_CODE_POINTS = 64;

/** The longest title of a private room, in code points. */
export const MAX_ROOM_TITLE_CODE_POINTS = 64;

/** How many members a private room has at most: a list of them fits into a packet. */
export const MAX_PRIVATE_MEMBERS = 500;

/** How many invitations of a room are open at once. */
export const MAX_INVITATIONS = 50;

/** The longest name of a person, in graphemes: what a reader sees as one character. */
export const MAX_DISPLAY_NAME_GRAPHEMES = 32;

/** The longest name of a person, in bytes of UTF-8. */
export const MAX_DISPLAY_NAME_BYTES = 128;

/** In how many rooms a user can be at once. */
export const MAX_ROOMS_PER_USER = 50;

/** How many people a list of members names; their count is of all. */
export const MAX_LISTED_MEMBERS = 50;

/** How many public rooms a list of rooms names, besides one's own. */
export const MAX_LISTED_ROOMS = 200;

/** How many messages a page holds unless more are asked for. */
export const PAGE_SIZE = 50;

/** How many messages or entries a packet holds at most, a page or `entry:new`. */
export const MAX_PACKET_MESSAGES = 200;

/** How many messages a client holds of a room at most, in one piece: after an absence it learns which of them have changed. */
export const MAX_HELD_MESSAGES = 300;

/** How many different emojis a message has as reactions at most. */
export const MAX_REACTIONS = 20;

/** How many people a reaction names; its count is of all. */
export const MAX_REACTION_NAMES = 3;

/** The largest packet that the server sends, in bytes. */
export const MAX_PACKET_BYTES = 256 * 1024;

/** The largest packet or HTTP body that the server takes from a client, in bytes. */
export const MAX_CLIENT_PAYLOAD_BYTES = 64 * 1024;

/** How often the server tells a connection the heads of its rooms, in milliseconds. */
export const HEADS_INTERVAL_MS = 15_000;

/** How long changes of presence are gathered before they are told, in milliseconds. */
export const PRESENCE_GATHER_MS = 1_000;

/** How often a client says that somebody is typing, at most, in milliseconds. */
export const TYPING_INTERVAL_MS = 3_000;

/** After this long without another word a person no longer types, in milliseconds. */
export const TYPING_EXPIRY_MS = 5_000;

/** How often a client marks a room as read, at most, in milliseconds. */
export const READ_MARK_INTERVAL_MS = 2_000;
