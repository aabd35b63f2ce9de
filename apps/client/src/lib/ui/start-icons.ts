/** The outlines of icons, on a grid of 24 by 24, that a page shows from its start. */
export const START_ICONS = {
	menu: 'M4 7h16M4 12h16M4 17h16',
	people:
		'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-3.5 2.9-6 6.5-6s6.5 2.5 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.4M18 14.4c2.1.8 3.5 2.9 3.5 5.6',
	lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
	clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5.5l3.5 2',
	check: 'M5 13l4.5 4.5L19 7.5',
	talk: 'M4 5h16v11H9.5L5 20v-4H4z'
};
