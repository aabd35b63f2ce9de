import { addOwnership } from './add-ownership.ts';
import { addRetention } from './add-retention.ts';
import { addWaysIn } from './add-ways-in.ts';

/** A step from one version of the schema to the next, as SQL. */
export type Migration = string;

/**
 * Tables as those of SQLite. Identifiers are compared byte by byte, as there. The log is written by `append_batch`
 * alone, so that a batch is one statement: no transaction ever waits for a node.
 */
const createSchema: Migration = `
	CREATE TABLE meta (epoch TEXT NOT NULL);

	CREATE TABLE users (
		id TEXT COLLATE "C" PRIMARY KEY,
		name TEXT NOT NULL,
		created_at BIGINT NOT NULL
	);

	CREATE TABLE sessions (
		token_hash BYTEA PRIMARY KEY,
		user_id TEXT COLLATE "C" NOT NULL,
		created_at BIGINT NOT NULL
	);

	CREATE TABLE rooms (
		room TEXT COLLATE "C" PRIMARY KEY,
		title TEXT COLLATE "C" NOT NULL,
		owner_id TEXT COLLATE "C",
		is_private BOOLEAN NOT NULL,
		head BIGINT NOT NULL,
		last_at BIGINT NOT NULL
	) WITH (fillfactor = 70);
	CREATE INDEX public_rooms_by_activity ON rooms (last_at DESC, room) WHERE NOT is_private;

	CREATE TABLE members (
		user_id TEXT COLLATE "C" NOT NULL,
		room TEXT COLLATE "C" NOT NULL,
		read_seq BIGINT NOT NULL,
		PRIMARY KEY (user_id, room)
	) WITH (fillfactor = 90);

	CREATE TABLE messages (
		room TEXT COLLATE "C" NOT NULL,
		seq BIGINT NOT NULL,
		id TEXT COLLATE "C" NOT NULL,
		author_id TEXT COLLATE "C" NOT NULL,
		author_name TEXT NOT NULL,
		text TEXT NOT NULL,
		sent_at BIGINT NOT NULL,
		deletes BIGINT,
		PRIMARY KEY (room, seq)
	);
	CREATE UNIQUE INDEX messages_by_id_and_author ON messages (id, author_id);

	-- Stores a batch and moves read cursors; answers with a row for each message, then one for each cursor. Rooms, then
	-- people, are locked in sorted order, so that no two nodes wait for each other: a room hands out numbers, a person
	-- has ids and cursors. What was stored meanwhile is seen afterwards.
	CREATE FUNCTION append_batch(
		rooms_in TEXT[], ids TEXT[], author_ids TEXT[], author_names TEXT[], texts TEXT[], times BIGINT[],
		cursor_rooms TEXT[], cursor_users TEXT[], cursor_seqs BIGINT[]
	) RETURNS TABLE (code TEXT, is_new BOOLEAN, seq BIGINT, sent_at BIGINT) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	DECLARE
		names TEXT[];
		heads BIGINT[];
		seconds BIGINT[];
		closed BOOLEAN[];
		place INTEGER;
		known messages%ROWTYPE;
	BEGIN
		SELECT array_agg(room), array_agg(head), array_agg(last_at), array_agg(is_private)
			INTO names, heads, seconds, closed
			FROM (SELECT * FROM rooms WHERE room = ANY (rooms_in) ORDER BY room FOR UPDATE) locked;
		PERFORM pg_advisory_xact_lock(key)
			FROM (SELECT DISTINCT hashtextextended(person, 1) AS key FROM unnest(author_ids || cursor_users) AS person ORDER BY key)
			sorted;

		FOR at IN 1 .. cardinality(rooms_in) LOOP
			code := NULL;
			is_new := FALSE;
			seq := NULL;
			sent_at := NULL;
			known := NULL;
			place := array_position(names, rooms_in[at]);
			IF place IS NULL THEN
				code := 'not_found';
			ELSIF NOT EXISTS (SELECT FROM members WHERE user_id = author_ids[at] AND room = rooms_in[at]) THEN
				-- What was stored while one was a member is stored, whoever one is now.
				SELECT * INTO known FROM messages WHERE id = ids[at] AND author_id = author_ids[at] AND room = rooms_in[at];
				IF NOT FOUND THEN
					code := CASE WHEN closed[place] THEN 'not_found' ELSE 'forbidden' END;
				END IF;
			ELSE
				INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at) VALUES (
					rooms_in[at], heads[place] + 1, ids[at], author_ids[at], author_names[at], texts[at], times[at]
				) ON CONFLICT DO NOTHING;
				IF FOUND THEN
					heads[place] := heads[place] + 1;
					seconds[place] := greatest(seconds[place], times[at] - times[at] % 1000);
					is_new := TRUE;
					seq := heads[place];
					sent_at := times[at];
				ELSE
					SELECT * INTO known FROM messages WHERE id = ids[at] AND author_id = author_ids[at];
					IF NOT FOUND THEN
						RAISE EXCEPTION 'the head of % is behind its messages', rooms_in[at];
					END IF;
				END IF;
			END IF;

			IF known.seq IS NOT NULL THEN
				-- A message has a text, so an empty one that deletes nothing was taken back, and nobody knows what it said.
				IF known.room = rooms_in[at] AND known.deletes IS NULL AND known.text IN (texts[at], '') THEN
					seq := known.seq;
					sent_at := known.sent_at;
				ELSE
					code := 'id_reused';
				END IF;
			END IF;
			RETURN NEXT;
		END LOOP;

		UPDATE rooms SET head = stored.head, last_at = stored.last_at
			FROM unnest(names, heads, seconds) AS stored (room, head, last_at)
			WHERE rooms.room = stored.room AND rooms.head < stored.head;

		code := NULL;
		is_new := NULL;
		sent_at := NULL;
		FOR at IN 1 .. cardinality(cursor_rooms) LOOP
			UPDATE members SET read_seq = least(cursor_seqs[at], head) FROM rooms
				WHERE user_id = cursor_users[at] AND members.room = cursor_rooms[at] AND rooms.room = members.room
				AND read_seq < least(cursor_seqs[at], head)
				RETURNING read_seq INTO seq;
			IF NOT FOUND THEN
				SELECT read_seq INTO seq FROM members WHERE user_id = cursor_users[at] AND room = cursor_rooms[at];
			END IF;
			RETURN NEXT;
		END LOOP;
	END $$;

	-- Makes somebody a member, and with a time the room. The lock is on the person, who may join on two nodes at once.
	CREATE FUNCTION join_room(user_in TEXT, room_in TEXT, is_hidden BOOLEAN, make_at BIGINT, most INTEGER)
	RETURNS TABLE (
		outcome TEXT, room TEXT, title TEXT, owner_id TEXT, is_private BOOLEAN, head BIGINT, read_seq BIGINT
	) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	BEGIN
		IF NOT EXISTS (SELECT FROM members WHERE user_id = user_in AND room = room_in) THEN
			IF is_hidden THEN
				outcome := 'not_found';
				RETURN NEXT;
				RETURN;
			END IF;
			PERFORM pg_advisory_xact_lock(hashtextextended(user_in, 0));
			IF (SELECT count(*) FROM members WHERE user_id = user_in) >= most THEN
				outcome := 'forbidden';
				RETURN NEXT;
				RETURN;
			END IF;
			IF make_at IS NOT NULL THEN
				INSERT INTO rooms (room, title, is_private, head, last_at)
					VALUES (room_in, room_in, FALSE, 0, make_at) ON CONFLICT DO NOTHING;
			END IF;
			INSERT INTO members (user_id, room, read_seq) SELECT user_in, room, head FROM rooms WHERE room = room_in
				ON CONFLICT DO NOTHING;
		END IF;
		RETURN QUERY SELECT 'joined', room, title, owner_id, is_private, head, read_seq
			FROM members JOIN rooms USING (room) WHERE user_id = user_in AND room = room_in;
		IF NOT FOUND THEN
			outcome := 'missing';
			RETURN NEXT;
		END IF;
	END $$;
`;

/** The steps from an empty database to the newest schema. A step that was released is never changed. */
export const MIGRATIONS: readonly Migration[] = [createSchema, addOwnership, addWaysIn, addRetention];
