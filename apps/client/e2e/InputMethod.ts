import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { until, within } from '@digda/testkit/faults/until.ts';

const run = promisify(execFile);

const PROGRAMS = ['Xvfb', 'xdotool', 'dbus-daemon', 'ibus-daemon', 'ibus'];

/** The names of what this machine lacks for a real input method: programs, the Korean engine, and the module of GTK. */
export function missingForInputMethod(): string[] {
	const folders = (process.env['PATH'] ?? '').split(delimiter);
	const programs = PROGRAMS.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
	const hasEngine = existsSync('/usr/share/ibus/component/hangul.xml');
	const hasModule = globSync('/usr/lib{,64,/*-linux-gnu}/gtk-3.0/*/immodules/im-ibus.so').length > 0;
	return [...programs, ...(hasEngine ? [] : ['ibus-hangul']), ...(hasModule ? [] : ['ibus-gtk3'])];
}

/** The settings of the engine: it would begin with Latin letters. */
const SETTINGS = '[org/freedesktop/ibus/engine/hangul]\ninitial-input-mode="hangul"\n';

/** A screen, a session bus and the Korean input method of a Linux desktop, for a browser with windows. */
export class InputMethod {
	/** The variables of a browser that uses the input method. */
	readonly variables: Record<string, string>;
	readonly #home: string;
	readonly #children: ChildProcess[] = [];

	private constructor(home: string) {
		this.#home = home;
		this.variables = {
			PATH: process.env['PATH'] ?? '',
			HOME: home,
			XDG_CONFIG_HOME: join(home, 'config'),
			XDG_CACHE_HOME: join(home, 'cache'),
			XDG_RUNTIME_DIR: join(home, 'run'),
			GSETTINGS_BACKEND: 'keyfile',
			GTK_IM_MODULE: 'ibus',
			XMODIFIERS: '@im=ibus',
			NO_AT_BRIDGE: '1'
		};
	}

	/** Starts them, and waits until the Korean engine is chosen. @throws when one of them does not start */
	static async start(): Promise<InputMethod> {
		const method = new InputMethod(mkdtempSync(join(tmpdir(), 'digda-ime-')));
		try {
			await method.#start();
			return method;
		} catch (error) {
			await method.stop();
			throw error;
		}
	}

	async #start(): Promise<void> {
		const { variables } = this;
		const settings = join(this.#home, 'config/glib-2.0/settings');
		mkdirSync(settings, { recursive: true });
		mkdirSync(join(this.#home, 'run'), { mode: 0o700 });
		writeFileSync(join(settings, 'keyfile'), SETTINGS);
		// The screen chooses a free number itself and prints it.
		const screen = ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'];
		variables['DISPLAY'] = `:${await this.#spawnPrinting('Xvfb', screen)}`;
		variables['DBUS_SESSION_BUS_ADDRESS'] = await this.#spawnPrinting('dbus-daemon', [
			...['--session', '--nofork', '--nopidfile', '--print-address=1']
		]);
		this.#spawn('ibus-daemon', ['--panel', 'disable', '--emoji-extension', 'disable']);
		await until(async () => {
			try {
				await run('ibus', ['engine', 'hangul'], { env: variables });
				const { stdout } = await run('ibus', ['engine'], { env: variables });
				return stdout.trim() === 'hangul' ? undefined : `the engine is ${stdout}`;
			} catch (error) {
				return String(error);
			}
		});
	}

	/** Presses a key, named as in X11, in the window with the focus. */
	async press(key: string): Promise<void> {
		await run('xdotool', ['key', key], { env: this.variables });
	}

	/** Ends all of it, and removes its files. */
	async stop(): Promise<void> {
		for (const child of this.#children.reverse()) {
			if (child.exitCode !== null || child.signalCode !== null) continue;
			const exit = once(child, 'exit');
			child.kill('SIGKILL');
			await exit;
		}
		rmSync(this.#home, { recursive: true, force: true, maxRetries: 10 });
	}

	#spawn(program: string, options: string[]): ChildProcess & { stdout: Readable } {
		const child = spawn(program, options, { env: this.variables, stdio: ['ignore', 'pipe', 'ignore'] });
		this.#children.push(child);
		return child;
	}

	/** @returns the first line that the program prints */
	async #spawnPrinting(program: string, options: string[]): Promise<string> {
		const lines = createInterface(this.#spawn(program, options).stdout);
		const [line] = (await within(`the first line of ${program}`, once(lines, 'line'))) as [string];
		return line;
	}
}
