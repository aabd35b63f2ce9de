// Not among the exports of the package's index, so that no page carries the list: the server alone decides.

const RESERVED = new Set(
	`admin administrator moderator operator system server digda root support
	관리자 운영자 오퍼레이터 시스템 서버 공지`.split(/\s+/)
);

/**
 * Whether somebody could pass for the operator or the program under a name. Only its letters and digits count,
 * whatever their width and case, and whatever is between them.
 */
export function isReservedName(name: string): boolean {
	return RESERVED.has(
		name
			.normalize('NFKC')
			.toLowerCase()
			.replace(/[^\p{L}\p{Nd}]|\p{DI}/gu, '')
	);
}
