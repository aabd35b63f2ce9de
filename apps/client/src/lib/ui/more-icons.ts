import { START_ICONS } from './start-icons.ts';

/** The outlines of all icons, on a grid of 24 by 24, for parts that are loaded on demand. */
export const ICONS = {
	...START_ICONS,
	bell: 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4',
	close: 'M6 6l12 12M18 6L6 18',
	down: 'M12 5v14M6 13l6 6 6-6',
	trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
	device: 'M8 3h8v18H8zM11 18h2',
	pencil: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
	plus: 'M12 5v14M5 12h14',
	search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l4.5 4.5',
	reply: 'M9 6L4 11l5 5M4 11h9a7 7 0 0 1 7 7v1',
	smile: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8.5 14.5c1 1.3 2.1 2 3.5 2s2.5-.7 3.5-2M9 9.5v.5M15 9.5v.5',
	more: 'M5.5 12h.01M12 12h.01M18.5 12h.01',
	link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1-1',
	pin: 'M9 4h6l-1 6 3.5 3.5h-11L10 10zM12 13.5V21',
	mute: 'M6 16v-5a6 6 0 0 1 9.5-4.9M18 11v5l1.5 2H8M10 21h4M4 4l16 16',
	gear: 'M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M12 3v2.5M12 18.5V21M3 12h2.5M18.5 12H21M5.6 5.6l1.8 1.8M16.6 16.6l1.8 1.8M18.4 5.6l-1.8 1.8M7.4 16.6l-1.8 1.8',
	invite: 'M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3.5 20c0-3.5 2.9-6 6.5-6 1.5 0 2.9.4 4 1.2M18 14v6M15 17h6'
};

export type IconName = keyof typeof ICONS;
