import { createContext } from 'svelte';

/** The drawer that contains the side bar on a narrow page. */
export interface Drawer {
	open(): void;
}

export const [getDrawer, setDrawer] = createContext<Drawer>();
