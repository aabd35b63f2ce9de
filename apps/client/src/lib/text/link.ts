/**
 * What may be a link: a bare address. It ends at white space, at control and format characters (which could turn its
 * direction), at punctuation that is not ASCII, at a bracket that is closed but not opened in it, and before
 * punctuation that ends a sentence. A star before a slash belongs to it, any other is a marker. No character
 * begins two of the branches, or a long one could be read in too many ways.
 */
export const LINK =
	/(?<![A-Za-z\d])[Hh]ttps?:\/\/(?:[^\s\p{C}\p{P}<>`]|[-!#%&',./:;?@[\]_]|\*(?=\/)|\([^\s\p{C}()]*\))+(?<![!',.:;?[\]_])/u;

/** No host has Hangul right behind `.com` or a port: there the sentence goes on. */
const HANGUL_AFTER_HOST = /^([^:]+:\/\/[^/?#]*(?:\.[A-Za-z]{2,}|:\d+))\p{sc=Hang}.*/u;

/**
 * In a path Hangul may be part of the address (`/wiki/두더지`, `/w/C언어`), and one that is cut leads elsewhere. So
 * only particles end it, and only where they are all the Hangul at its end.
 */
const PARTICLE = /(?<=[\w/)-])(?:(?:에서?|으?로|까지|부터|와|과)?[은는이가을를의도만]?|입니다|인데|이?라[고는])$/;

/** Reads the link that a match of `LINK` begins with: as it was typed and in its normal form, if it is one. */
export function readLink(candidate: string): { text: string; href: string } | undefined {
	const text = candidate.replace(HANGUL_AFTER_HOST, '$1').replace(PARTICLE, '');
	const url = URL.parse(text);
	// What stands before an @ passes for the host in a reader's eyes.
	return url && !url.username && !url.password ? { text, href: url.href } : undefined;
}
