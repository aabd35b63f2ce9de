import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const BUILD = join(import.meta.dirname, '../build');
const SCRIPT = /<script>([^]*?)<\/script>/g;
const HASH = /'sha256-[^']+'/;

/** Creates another build of the same page, with another version and other names of all hashed files. */
export async function buildNext() {
	const folder = await mkdtemp(join(tmpdir(), 'digda-build-'));
	await cp(BUILD, folder, { recursive: true, filter: (file) => !/\.(br|gz)$/.test(file) });
	const { version } = JSON.parse(await readFile(join(BUILD, '_app/version.json'), 'utf8')) as { version: string };
	const all = await readdir(folder, { recursive: true });
	const scripts = all.filter((file) => file.includes('immutable') && file.endsWith('.js'));

	for (const file of all.filter((name) => /\.(js|json|html)$/.test(name))) {
		let text = (await readFile(join(folder, file), 'utf8')).replaceAll(version, 'next');
		for (const script of scripts) text = text.replaceAll(basename(script), `next.${basename(script)}`);
		if (file.endsWith('.html')) text = allowScripts(text.replace('<html', '<html data-build="next"'));
		await writeFile(join(folder, file), text);
	}
	for (const file of scripts) await rename(join(folder, file), join(folder, file, `../next.${basename(file)}`));
	return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** Updates the policy of a page to the hash of its changed script. */
function allowScripts(html: string): string {
	const hashes = Array.from(html.matchAll(SCRIPT), ([, script = '']) => {
		return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
	});
	return html.replace(HASH, hashes.join(' '));
}
