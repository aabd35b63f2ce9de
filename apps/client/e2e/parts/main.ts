import { mount, type Component } from 'svelte';
import '../../src/app.css';

/** The states of each part, by name. The query of the address names one. */
const PARTS = import.meta.glob<{ default: Component }>('./*.svelte');

const load = PARTS[`./${location.search.slice(1)}.svelte`];
if (!load) throw new Error(`there is no part ${location.search.slice(1)}`);
const { default: Part } = await load();
mount(Part, { target: document.body });
