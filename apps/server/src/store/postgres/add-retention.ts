import type { Migration } from './migrations.ts';

/** How far a room has been emptied: its messages up to this `seq` have no text, and count as read. */
export const addRetention: Migration = `
	ALTER TABLE rooms ADD COLUMN emptied_to BIGINT NOT NULL DEFAULT 0;

	CREATE OR REPLACE FUNCTION membership_of(user_in TEXT, room_in TEXT) RETURNS TABLE (
		room TEXT, title TEXT, owner_id TEXT, is_private BOOLEAN, head BIGINT, read_seq BIGINT
	) LANGUAGE sql STABLE AS $$
		SELECT rooms.room, title, owner_id, is_private, head, greatest(read_seq, emptied_to)
			FROM members JOIN rooms USING (room) WHERE user_id = user_in AND rooms.room = room_in
	$$;

	-- Of several nodes one empties at a time. A room is locked before its messages, as by what deletes them.
	CREATE FUNCTION empty_older(
		after_in TEXT, before_in BIGINT, now_in BIGINT, most_rooms INTEGER, most_messages INTEGER, most_bytes INTEGER
	) RETURNS TABLE (emptied INTEGER, after TEXT) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	DECLARE
		each RECORD;
		old RECORD;
		looked INTEGER := 0;
		counted INTEGER;
		bytes BIGINT;
		up_to BIGINT;
		is_full BOOLEAN;
	BEGIN
		emptied := 0;
		after := after_in;
		IF NOT pg_try_advisory_xact_lock(hashtextextended('retention', 2)) THEN
			after := NULL;
			RETURN NEXT;
			RETURN;
		END IF;
		FOR each IN SELECT room, head, emptied_to FROM rooms WHERE room > after_in ORDER BY room LIMIT most_rooms LOOP
			looked := looked + 1;
			counted := 0;
			bytes := 0;
			up_to := each.emptied_to;
			is_full := FALSE;
			IF each.emptied_to < each.head THEN
				FOR old IN SELECT seq, sent_at, octet_length(text) AS size FROM messages
					WHERE room = each.room AND seq > each.emptied_to ORDER BY seq LIMIT most_messages
				LOOP
					EXIT WHEN old.sent_at BETWEEN before_in AND now_in;
					-- Where the newest message is ahead of the clock, too, it is the clock that is wrong.
					EXIT WHEN old.sent_at > now_in
						AND now_in < (SELECT sent_at FROM messages WHERE room = each.room AND seq = each.head);
					IF old.sent_at < before_in THEN
						up_to := old.seq;
					END IF;
					counted := counted + 1;
					bytes := bytes + old.size;
					is_full := counted = most_messages OR bytes >= most_bytes;
					EXIT WHEN is_full;
				END LOOP;
			END IF;
			IF up_to > each.emptied_to THEN
				PERFORM FROM rooms WHERE room = each.room FOR UPDATE;
				UPDATE messages SET text = '' WHERE room = each.room AND seq BETWEEN each.emptied_to + 1 AND up_to AND text <> '';
				GET DIAGNOSTICS emptied = ROW_COUNT;
				UPDATE rooms SET emptied_to = up_to WHERE room = each.room;
				IF NOT is_full THEN
					after := each.room;
				END IF;
				RETURN NEXT;
				RETURN;
			END IF;
			after := each.room;
		END LOOP;
		IF looked < most_rooms THEN
			after := NULL;
		END IF;
		RETURN NEXT;
	END $$;
`;
