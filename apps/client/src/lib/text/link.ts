/** Where an address begins: with its scheme, or with `www.` and a host that has another dot. */
const BEGINNING =
	/(?<![A-Za-z\d])[Hh][Tt]{2}[Pp][Ss]?:\/\/|(?<![\p{L}\p{N}_.:/@-])[Ww]{3}\.(?=[\p{L}\p{N}-]+\.[\p{L}\p{N}])/u;

/**
 * What may be a link: a bare address. It ends at white space, at control and format characters (which could turn its
 * direction), at a bracket that is closed but not opened in it, at punctuation that is not ASCII, and before punctuation
 * that ends a sentence. A dash or a dot in the middle of a word belongs to it (`3·1_운동`), and so does a star before a
 * slash; any other is a marker. No character begins two of the branches, or a long one could be read in too many ways.
 */
const ADDRESS =
	/(?:[^\s\p{C}\p{P}<>`]|[-!#%&',./:;?@[\]_]|[\u00b7\u2010-\u2013\u2019\u2027\u30fb](?=[\p{L}\p{N}])|\*(?=\/)|\([^\s\p{C}()]*\))+(?<![!',.:;?[\]])/u;

export const LINK = new RegExp(`(?:${BEGINNING.source})${ADDRESS.source}`, 'u');

const HOST = /^[^:]+:\/\/[^/?#]*/;

/** No host has Hangul right behind one of these: there the sentence goes on. */
const HANGUL_AFTER_HOST =
	/^([^:]+:\/\/(?:localhost|(?:\d+\.){3}\d+|[^/?#]*(?:\.[A-Za-z]{2,}|:\d+|\.한국|\.닷컴|\.닷넷)))\p{sc=Hang}.*/u;

/** Directly behind the slash that ends a host, a particle is one; any other Hangul there is a path. */
const PARTICLE_AFTER_HOST =
	/^([^:]+:\/\/[^/?#]*\/)(?:(?:에서?|으?로|까지|부터|와|과)?[은는이가을를의도만]?|입니다|인데|이?라[고는])$/;

/**
 * Where the sentence goes on behind an address that was pasted: at Hangul without a space, right behind a Latin letter, a
 * digit or a bracket, or behind punctuation. A word that begins with Hangul is part of the address (`/w/종로1가`).
 */
const SENTENCE = /(?=\p{sc=Hang})(?:(?<=[A-Za-z\d)])(?<!\p{sc=Hang}[\p{L}\p{M}\p{N}]*?)|(?<=[!',.;?])).*/u;

/** Below these an address goes on with a title, whatever that is made of (`/w/C언어`). */
const TITLE = /^\/w(?:iki)?\//;

const PUNCTUATION_AT_END = /(?<![!',.:;?[\]])[!',.:;?[\]]+$/;

/**
 * Reads the link that a match of `LINK` begins with: as it was typed and in its normal form, if it is one.
 * @param before the character before it: an underscore there is a marker, and so is the one at the end
 */
export function readLink(candidate: string, before = ''): { text: string; href: string } | undefined {
	const scheme = /^www/i.test(candidate) ? 'https://' : '';
	const address = (scheme + (before === '_' ? candidate.replace(/(?<!_)_+$/, '') : candidate))
		.replace(HANGUL_AFTER_HOST, '$1')
		.replace(PARTICLE_AFTER_HOST, '$1');
	const host = HOST.exec(address)?.[0] ?? '';
	const path = address.slice(host.length);
	const text = host + (TITLE.test(path) ? path : path.replace(SENTENCE, '').replace(PUNCTUATION_AT_END, ''));
	const url = URL.parse(text);
	// What stands before an @ passes for the host in a reader's eyes.
	return url && !url.username && !url.password ? { text: text.slice(scheme.length), href: url.href } : undefined;
}
