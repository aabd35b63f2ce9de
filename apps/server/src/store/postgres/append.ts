import type { Appended, Store } from '../store.ts';
import type { Database } from './Database.ts';

/** A row of what became of a batch: of a message, then of a cursor. */
interface AppendedRow {
	code: 'forbidden' | 'not_found' | 'id_reused' | null;
	isNew: boolean;
	seq: number | null;
	sentAt: number;
}

/** Storing a batch. */
export function createAppend(database: Database): Pick<Store, 'append'> {
	return {
		append: async (messages, cursors) => {
			const rows = await database.inOrder(
				(sql) => sql<AppendedRow[]>`
					SELECT code, is_new AS "isNew", seq, sent_at AS "sentAt" FROM append_batch(
						${messages.map(({ room }) => room)}::text[], ${messages.map(({ id }) => id)}::text[],
						${messages.map(({ author }) => author.id)}::text[], ${messages.map(({ author }) => author.name)}::text[],
						${messages.map(({ text }) => text)}::text[], ${messages.map(({ sentAt }) => sentAt)}::bigint[],
						${cursors.map(({ room }) => room)}::text[], ${cursors.map(({ userId }) => userId)}::text[],
						${cursors.map(({ seq }) => seq)}::bigint[]
					)`
			);
			return {
				messages: rows.slice(0, messages.length).map(toAppended),
				cursors: rows.slice(messages.length).map(({ seq }) => seq)
			};
		}
	};
}

function toAppended({ code, isNew, seq, sentAt }: AppendedRow): Appended {
	return code === null && seq !== null ? { ok: true, isNew, seq, sentAt } : { ok: false, code: code ?? 'not_found' };
}
