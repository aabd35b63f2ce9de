import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { lookup } from 'mrmime';

/** The content codings of precompressed files, best first, with their file extensions. */
const CODINGS = [
	['br', '.br'],
	['gzip', '.gz']
] as const;

/** A content coding of HTTP, https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1 */
export type Coding = (typeof CODINGS)[number][0];

/** A file in one coding. */
export interface Representation {
	body: Buffer;
	/** A strong ETag: a hash of the body. */
	etag: string;
}

/** A file of the page. */
export interface PageFile {
	contentType: string;
	/** The uncompressed file. */
	plain: Representation;
	/** The precompressed variants, best first. */
	coded: ReadonlyMap<Coding, Representation>;
}

/**
 * Reads all files of a built page into memory.
 * @returns the files by URL path, such as `/_app/version.json`
 * @throws the system's error when the directory or a file cannot be read
 */
export function readPageFiles(directory: string): ReadonlyMap<string, PageFile> {
	const bodies = new Map<string, Buffer>();
	for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
		// A build creates no dot files, but an editor may.
		if (!entry.isFile() || entry.name.startsWith('.')) continue;
		const file = join(entry.parentPath, entry.name);
		bodies.set(file.slice(directory.length).split(sep).join('/').replace(/^\/*/, '/'), readFileSync(file));
	}
	const files = new Map<string, PageFile>();
	for (const [path, body] of bodies) {
		const isCoded = CODINGS.some(([, ending]) => path.endsWith(ending) && bodies.has(path.slice(0, -ending.length)));
		if (!isCoded) files.set(path, createFile(path, body, bodies));
	}
	return files;
}

function createFile(path: string, body: Buffer, bodies: ReadonlyMap<string, Buffer>): PageFile {
	const coded = new Map<Coding, Representation>();
	for (const [coding, ending] of CODINGS) {
		const codedBody = bodies.get(path + ending);
		if (codedBody) coded.set(coding, createRepresentation(codedBody));
	}
	const type = lookup(extname(path)) ?? 'application/octet-stream';
	const contentType = type === 'text/html' ? `${type};charset=utf-8` : type;
	return { contentType, plain: createRepresentation(body), coded };
}

function createRepresentation(body: Buffer): Representation {
	return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
