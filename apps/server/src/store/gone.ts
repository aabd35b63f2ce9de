/** How many entries that take something back are looked at for a count of what is unread; beyond it a count is high. */
export const MAX_LISTED_GONE = 200;
