import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findEngines } from './engines.ts';
import { reservePort } from '../server/reserve-port.ts';
import { untilSaid } from '../server/until-said.ts';

/** The configuration that the documentation recommends. */
const TEMPLATE = fileURLToPath(new URL('../../../../docs/nginx.conf', import.meta.url));

/** The kinds of temporary files. The built-in directories for them belong to root. */
const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

/** An nginx process with the documented configuration, in a folder of its own that `stop` removes. */
export class NginxServer {
	readonly #child: ChildProcess;
	readonly #directory: string;
	readonly #port: number;

	private constructor(child: ChildProcess, directory: string, port: number) {
		this.#child = child;
		this.#directory = directory;
		this.#port = port;
	}

	/**
	 * Starts nginx in front of nodes on 127.0.0.1, and waits until it accepts connections.
	 * @throws when it ends instead, with its output
	 */
	static async start(nodePorts: readonly number[]): Promise<NginxServer> {
		const program = findEngines().nginx;
		if (program === undefined) throw new Error('nginx is not installed');
		const directory = await mkdtemp(join(tmpdir(), 'digda-nginx-'));
		// Its workers run as another user than root.
		await chmod(directory, 0o755);
		const port = await reservePort();
		const file = join(directory, 'nginx.conf');
		await writeFile(file, configuration(await readFile(TEMPLATE, 'utf8'), directory, port, nodePorts));

		const child = spawn(program, ['-p', directory, '-c', file, '-e', 'stderr', '-g', 'daemon off;'], {
			stdio: ['ignore', 'pipe', 'pipe']
		});
		const server = new NginxServer(child, directory, port);
		try {
			await untilSaid(child, 'start worker process ');
		} catch (error) {
			await server.stop();
			throw error;
		}
		return server;
	}

	get url(): string {
		return `http://127.0.0.1:${this.#port}`;
	}

	/** Ends nginx and its connections. It is harmless after the end. */
	async stop(): Promise<void> {
		const child = this.#child;
		if (child.exitCode === null && child.signalCode === null) {
			const exit = once(child, 'exit');
			child.kill('SIGTERM');
			await exit;
		}
		await rm(this.#directory, { recursive: true, force: true });
	}
}

/** The template with other paths and ports. The rest stays as documented. */
function configuration(template: string, directory: string, port: number, nodePorts: readonly number[]): string {
	const temporary = TEMPORARY.map((name) => `${name}_temp_path ${join(directory, name)};`).join(' ');
	const [example = ''] = /^\t*server \d.*$/m.exec(template) ?? [];
	const nodes = nodePorts.map((node) => example.replace(/[\d.]+:\d+/, `127.0.0.1:${node}`)).join('\n');
	const replacements: [from: RegExp, to: string][] = [
		[/(\t*server \d.*\n)+/, `${nodes}\n`],
		[/listen 80;/, `listen 127.0.0.1:${port};`],
		[/\/run\/nginx\.pid/, join(directory, 'pid')],
		// At this level nginx logs when it is ready.
		[/\/var\/log\/nginx\/error\.log warn/, 'stderr notice'],
		[/\/var\/log\/nginx\/access\.log/, join(directory, 'access.log')],
		[/^http \{$/m, `http { ${temporary}`]
	];
	return replacements.reduce((text, [from, to]) => {
		if (!from.test(text)) throw new Error(`docs/nginx.conf has nothing like ${from.source}`);
		return text.replace(from, to);
	}, template);
}
