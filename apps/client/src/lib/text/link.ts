/** The beginning of an address: a scheme, or `www.` and a host with another dot. */
const BEGINNING =
	/(?<![A-Za-z\d])[Hh][Tt]{2}[Pp][Ss]?:\/\/|(?<![\p{L}\p{N}_.:/@-])[Ww]{3}\.(?=[\p{L}\p{N}-]+\.[\p{L}\p{N}])/u;

/**
 * The rest of a bare address. It ends at white space, at control and format characters (which can change the direction), at
 * an unopened closing bracket, at punctuation that is not ASCII, and before punctuation that ends a sentence. A dash or a
 * dot within a word belongs to the address (`3·1_운동`), and so does a star before a slash. Any other star is a marker. No
 * character can begin two branches, so the expression does not backtrack.
 */
const ADDRESS =
	/(?:[^\s\p{C}\p{P}<>`]|[-!#%&',./:;?@[\]_]|[\u00b7\u2010-\u2013\u2019\u2027\u30fb](?=[\p{L}\p{N}])|\*(?=\/)|\([^\s\p{C}()]*\))+(?<![!',.:;?[\]])/u;

export const LINK = new RegExp(`(?:${BEGINNING.source})${ADDRESS.source}`, 'u');

const HOST = /^[^:]+:\/\/[^/?#]*/;

/** Hangul directly after one of these hosts continues the sentence. */
const HANGUL_AFTER_HOST =
	/^([^:]+:\/\/(?:localhost|(?:\d+\.){3}\d+|[^/?#]*(?:\.[A-Za-z]{2,}|:\d+|\.한국|\.닷컴|\.닷넷)))\p{sc=Hang}.*/u;

/** A Korean particle directly after the slash of a host continues the sentence. Any other Hangul there is a path. */
const PARTICLE_AFTER_HOST =
	/^([^:]+:\/\/[^/?#]*\/)(?:(?:에서?|으?로|까지|부터|와|과)?[은는이가을를의도만]?|입니다|인데|이?라[고는])$/;

/**
 * The continuation of the sentence after a pasted address: Hangul directly after a Latin letter, a digit, a bracket or
 * punctuation. A word that begins with Hangul belongs to the address (`/w/종로1가`).
 */
const SENTENCE = /(?=\p{sc=Hang})(?:(?<=[A-Za-z\d)])(?<!\p{sc=Hang}[\p{L}\p{M}\p{N}]*?)|(?<=[!',.;?])).*/u;

/** The paths of wikis. The title after them belongs to the address, whatever its letters (`/w/C언어`). */
const TITLE = /^\/w(?:iki)?\//;

const PUNCTUATION_AT_END = /(?<![!',.:;?[\]])[!',.:;?[\]]+$/;

/**
 * Reads the link at the beginning of a match of `LINK`: its typed text and its normal form.
 * @param before the character before the match; with an underscore there, the last underscore is a marker as well
 */
export function readLink(candidate: string, before = ''): { text: string; href: string } | undefined {
	const scheme = /^www/i.test(candidate) ? 'https://' : '';
	const address = (scheme + (before === '_' ? candidate.replace(/(?<!_)_+$/, '') : candidate))
		.replace(HANGUL_AFTER_HOST, '$1')
		.replace(PARTICLE_AFTER_HOST, '$1');
	const host = HOST.exec(address)?.[0] ?? '';
	const path = address.slice(host.length);
	const text = host + (TITLE.test(path) ? path : path.replace(SENTENCE, '').replace(PUNCTUATION_AT_END, ''));
	const url = readUrl(text);
	return url && { text: text.slice(scheme.length), href: url.href };
}

/** Reads an address. It is not an address with a user name: a reader may take what is before an @ for the host. */
function readUrl(address: string): URL | undefined {
	const url = URL.parse(address);
	return url && !url.username && !url.password ? url : undefined;
}

/** A link with a name: `[name](address)`. The groups are the name and the address. */
export const NAMED_LINK = new RegExp(`\\[([^[\\]]+)\\]\\((${LINK.source})\\)`, 'u');

/** What a reader may take for an address: a scheme, or a dot before a word. */
const ADDRESS_LIKE = /:\/\/|[.\u3002]\p{C}*\p{L}/u;

/** A typed host whose letters no reader confuses with others. Any other host is shown in its ASCII form. */
const PLAIN_HOST = /^[\w.:가-힣-]+$/;

/**
 * Reads the target of a link with a name: its normal form, and what is shown of it beside the name. That is the host, and
 * the whole address where the name looks like an address.
 */
export function readTarget(name: string, address: string): { href: string; shown?: string } | undefined {
	const full = /^www/i.test(address) ? `https://${address}` : address;
	const url = readUrl(full);
	if (!url || name.trim() === '') return undefined;
	if (name === address) return { href: url.href };
	const typed =
		HOST.exec(full)?.[0]
			.replace(/^[^:]+:\/\//, '')
			.toLowerCase() ?? '';
	const host = PLAIN_HOST.test(typed) ? typed : url.host;
	const isAddressLike = ADDRESS_LIKE.test(name.normalize('NFKC'));
	return { href: url.href, shown: isAddressLike ? host + url.pathname + url.search + url.hash : host };
}
