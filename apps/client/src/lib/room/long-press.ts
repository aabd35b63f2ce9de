/** A finger that stays for this time presses long. */
const LONG_PRESS_MS = 450;

/** A finger that moves farther scrolls, in CSS pixels. */
const SLOP_PX = 10;

/** Calls a function when a finger stays on an element, except on a link, for which the browser has a menu of its own. */
export function longPress(element: HTMLElement, onpress: (target: Element) => void, signal: AbortSignal): void {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let start = { x: 0, y: 0 };
	const cancel = () => clearTimeout(timer);
	const begin = ({ pointerType, target, clientX: x, clientY: y }: PointerEvent) => {
		cancel();
		if (pointerType !== 'touch' || !(target instanceof Element) || target.closest('a, button')) return;
		start = { x, y };
		timer = setTimeout(() => onpress(target), LONG_PRESS_MS);
	};
	const move = ({ clientX: x, clientY: y }: PointerEvent) => {
		if (Math.hypot(x - start.x, y - start.y) > SLOP_PX) cancel();
	};
	element.addEventListener('pointerdown', begin, { signal });
	element.addEventListener('pointermove', move, { signal });
	for (const type of ['pointerup', 'pointercancel'] as const) element.addEventListener(type, cancel, { signal });
	signal.addEventListener('abort', cancel);
}
