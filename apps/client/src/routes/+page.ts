// Rooms are not known when the page is built; the front door is.
export const prerender = true;
