import type { Migration } from './migrations.ts';

/** Whom each invitation has let in, also those who left since; and what is asked again because an answer was lost. */
export const addWaysIn: Migration = `
	CREATE TABLE ways_in (
		room TEXT COLLATE "C" NOT NULL,
		user_id TEXT COLLATE "C" NOT NULL,
		invitation TEXT COLLATE "C" NOT NULL,
		PRIMARY KEY (room, user_id, invitation),
		FOREIGN KEY (room, invitation) REFERENCES invitations (room, id) ON DELETE CASCADE
	);
	CREATE INDEX ways_in_by_invitation ON ways_in (room, invitation);
	INSERT INTO ways_in SELECT members.room, user_id, id
		FROM members JOIN invitations ON invitations.room = members.room AND id = invitation;

	CREATE INDEX sessions_by_user ON sessions (user_id);

	-- The room is locked, so that what revokes an invitation or counts members comes before this or after it.
	CREATE OR REPLACE FUNCTION accept_invitation(user_in TEXT, hash_in BYTEA, most INTEGER, most_members INTEGER)
	RETURNS TABLE (
		outcome TEXT, room TEXT, title TEXT, owner_id TEXT, is_private BOOLEAN, head BIGINT, read_seq BIGINT
	) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	DECLARE
		room_in TEXT;
		invitation_in TEXT;
	BEGIN
		PERFORM FROM rooms WHERE room = (SELECT room FROM invitations WHERE secret_hash = hash_in) FOR UPDATE;
		SELECT room, id INTO room_in, invitation_in FROM invitations WHERE secret_hash = hash_in;
		IF NOT FOUND THEN
			outcome := 'not_found';
		ELSIF (SELECT count(*) FROM members WHERE room = room_in) >= most_members
			AND NOT EXISTS (SELECT FROM members WHERE room = room_in AND user_id = user_in) THEN
			outcome := 'forbidden';
		ELSE
			outcome := admit_member(user_in, room_in, invitation_in, most);
		END IF;
		IF outcome = 'joined' THEN
			INSERT INTO ways_in (room, user_id, invitation) VALUES (room_in, user_in, invitation_in) ON CONFLICT DO NOTHING;
			RETURN QUERY SELECT 'joined', found.* FROM membership_of(user_in, room_in) AS found;
		ELSE
			RETURN NEXT;
		END IF;
	END $$;

	CREATE OR REPLACE FUNCTION remove_member(owner_in TEXT, room_in TEXT, user_in TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$
	DECLARE
		standing TEXT := standing_of(owner_in, room_in);
	BEGIN
		IF standing <> 'owner' THEN
			RETURN standing;
		END IF;
		IF user_in = owner_in THEN
			RETURN 'forbidden';
		END IF;
		DELETE FROM invitations WHERE room = room_in
			AND id IN (SELECT invitation FROM ways_in WHERE room = room_in AND user_id = user_in);
		DELETE FROM members WHERE room = room_in AND user_id = user_in;
		IF FOUND THEN
			PERFORM note_departure('removed', room_in, user_in);
		END IF;
		RETURN 'done';
	END $$;

	-- Its people are locked in sorted order, as those of a batch are, whose cursors may be in the room.
	CREATE OR REPLACE FUNCTION close_room(user_in TEXT, is_operator BOOLEAN, room_in TEXT, closed_in BIGINT)
	RETURNS TABLE (outcome TEXT, title TEXT) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	BEGIN
		outcome := standing_of(user_in, room_in, is_operator);
		IF outcome = 'owner' THEN
			PERFORM pg_advisory_xact_lock(key)
				FROM (SELECT hashtextextended(user_id, 1) AS key FROM members WHERE room = room_in ORDER BY key) sorted;
			UPDATE rooms SET closed_at = closed_in WHERE room = room_in;
			DELETE FROM members WHERE room = room_in;
			DELETE FROM invitations WHERE room = room_in;
			PERFORM note_departure('closed', room_in, NULL);
		END IF;
		SELECT rooms.title INTO title FROM rooms
			WHERE room = room_in AND closed_at IS NOT NULL AND (owner_id = user_in OR is_operator);
		IF FOUND THEN
			outcome := 'done';
		END IF;
		RETURN NEXT;
	END $$;

	DROP FUNCTION renew_session;
	-- The lock is on the person, who may ask on two nodes at once: one of the sessions stays.
	CREATE FUNCTION renew_session(hash_in BYTEA, user_in TEXT, made_at BIGINT, from_in BYTEA) RETURNS TEXT
	LANGUAGE plpgsql AS $$
	DECLARE
		hashes BYTEA[];
	BEGIN
		PERFORM pg_advisory_xact_lock(hashtextextended(user_in, 0));
		SELECT array_agg(token_hash) INTO hashes FROM sessions WHERE user_id = user_in;
		IF from_in IS NOT NULL AND NOT coalesce(hashes && ARRAY[hash_in, from_in], FALSE) THEN
			RETURN 'unauthorized';
		END IF;
		-- Asked for again, nothing has to end.
		IF hashes IS DISTINCT FROM ARRAY[hash_in] THEN
			DELETE FROM sessions WHERE user_id = user_in;
			INSERT INTO sessions (token_hash, user_id, created_at) VALUES (hash_in, user_in, made_at);
			PERFORM note_departure('renewed', NULL, user_in);
		END IF;
		RETURN 'done';
	END $$;
`;
