import type { Page } from '@playwright/test';

/** A composition of an input method. */
export interface Composition {
	language: string;
	/** The text of the composition after each key. */
	steps: string[];
	/** The text at the end of the composition. */
	result: string;
	/** Checks the page before the end of the composition. */
	whileComposing?: () => Promise<void>;
}

const TAKEN_ENTER = { windowsVirtualKeyCode: 229, key: 'Enter', code: 'Enter' };
const ENTER = { windowsVirtualKeyCode: 13, key: 'Enter', code: 'Enter', text: '\r' };

/**
 * Composes a text in the focused field and ends the composition with Enter, with the events of a browser: Chrome reports
 * the key and then the end, Safari the end and then the key.
 */
export async function compose(
	page: Page,
	{ steps, result, whileComposing }: Composition,
	order: 'Chrome' | 'Safari'
): Promise<void> {
	const keyboard = await page.context().newCDPSession(page);
	for (const text of steps) {
		await keyboard.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
	}
	await whileComposing?.();
	const ending = [
		() => keyboard.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...TAKEN_ENTER }),
		() => keyboard.send('Input.insertText', { text: result })
	];
	for (const step of order === 'Safari' ? ending.reverse() : ending) await step();
	await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...TAKEN_ENTER });
	await keyboard.detach();
}

/** Presses Enter outside of a composition. */
export async function pressEnter(page: Page): Promise<void> {
	const keyboard = await page.context().newCDPSession(page);
	await keyboard.send('Input.dispatchKeyEvent', { type: 'keyDown', ...ENTER });
	await keyboard.send('Input.dispatchKeyEvent', { type: 'keyUp', ...ENTER });
	await keyboard.detach();
}
