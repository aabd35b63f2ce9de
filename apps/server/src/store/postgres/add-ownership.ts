import type { Migration } from './migrations.ts';

/** Private rooms with invitations, rooms that are closed, messages that are taken back, and what has ended. */
export const addOwnership: Migration = `
	ALTER TABLE rooms ADD COLUMN closed_at BIGINT;
	DROP INDEX public_rooms_by_activity;
	CREATE INDEX public_rooms_by_activity ON rooms (last_at DESC, room) WHERE NOT is_private AND closed_at IS NULL;

	ALTER TABLE members ADD COLUMN invitation TEXT COLLATE "C";
	CREATE INDEX members_by_room ON members (room);

	CREATE TABLE invitations (
		secret_hash BYTEA PRIMARY KEY,
		id TEXT COLLATE "C" NOT NULL,
		room TEXT COLLATE "C" NOT NULL,
		created_at BIGINT NOT NULL
	);
	CREATE UNIQUE INDEX invitations_by_room ON invitations (room, id);

	CREATE UNIQUE INDEX deletions ON messages (room, deletes) WHERE deletes IS NOT NULL;
	CREATE INDEX deletions_by_place ON messages (room, seq) WHERE deletes IS NOT NULL;

	CREATE TABLE departures (
		number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		kind TEXT NOT NULL,
		room TEXT COLLATE "C",
		user_id TEXT COLLATE "C"
	);

	-- Under a lock, so that numbers become visible in their order: whoever has seen one has seen all before it.
	CREATE FUNCTION note_departure(kind_in TEXT, room_in TEXT, user_in TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM pg_advisory_xact_lock(hashtextextended('departures', 2));
		INSERT INTO departures (kind, room, user_id) VALUES (kind_in, room_in, user_in);
		DELETE FROM departures WHERE number <= (SELECT max(number) FROM departures) - 100000;
	END $$;

	CREATE FUNCTION membership_of(user_in TEXT, room_in TEXT) RETURNS TABLE (
		room TEXT, title TEXT, owner_id TEXT, is_private BOOLEAN, head BIGINT, read_seq BIGINT
	) LANGUAGE sql STABLE AS $$
		SELECT rooms.room, title, owner_id, is_private, head, read_seq FROM members JOIN rooms USING (room)
			WHERE user_id = user_in AND rooms.room = room_in
	$$;

	-- Makes somebody a member. The lock is on the person, who may come on two nodes at once; the room stays as it is.
	CREATE FUNCTION admit_member(user_in TEXT, room_in TEXT, invitation_in TEXT, most INTEGER) RETURNS TEXT
	LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM pg_advisory_xact_lock(hashtextextended(user_in, 0));
		IF EXISTS (SELECT FROM members WHERE user_id = user_in AND room = room_in) THEN
			RETURN 'joined';
		END IF;
		IF (SELECT count(*) FROM members WHERE user_id = user_in) >= most THEN
			RETURN 'forbidden';
		END IF;
		INSERT INTO members (user_id, room, read_seq, invitation)
			SELECT user_in, room, head, invitation_in FROM rooms WHERE room = room_in AND closed_at IS NULL FOR SHARE;
		RETURN CASE WHEN FOUND THEN 'joined' ELSE 'not_found' END;
	END $$;

	CREATE OR REPLACE FUNCTION join_room(
		user_in TEXT, room_in TEXT, is_hidden BOOLEAN, make_at BIGINT, most INTEGER
	) RETURNS TABLE (
		outcome TEXT, room TEXT, title TEXT, owner_id TEXT, is_private BOOLEAN, head BIGINT, read_seq BIGINT
	) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	BEGIN
		IF NOT EXISTS (SELECT FROM members WHERE user_id = user_in AND room = room_in) THEN
			IF is_hidden THEN
				outcome := 'not_found';
			ELSIF make_at IS NULL AND NOT EXISTS (SELECT FROM rooms WHERE room = room_in) THEN
				-- Who is in too many rooms makes none either.
				outcome := CASE WHEN (SELECT count(*) FROM members WHERE user_id = user_in) >= most
					THEN 'forbidden' ELSE 'missing' END;
			ELSE
				IF make_at IS NOT NULL THEN
					INSERT INTO rooms (room, title, is_private, head, last_at)
						SELECT room_in, room_in, FALSE, 0, make_at
						WHERE (SELECT count(*) FROM members WHERE user_id = user_in) < most ON CONFLICT DO NOTHING;
				END IF;
				outcome := admit_member(user_in, room_in, NULL, most);
			END IF;
			IF outcome <> 'joined' THEN
				RETURN NEXT;
				RETURN;
			END IF;
		END IF;
		RETURN QUERY SELECT 'joined', found.* FROM membership_of(user_in, room_in) AS found;
	END $$;

	CREATE FUNCTION leave_room(user_in TEXT, room_in TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$
	BEGIN
		IF EXISTS (SELECT FROM rooms WHERE room = room_in AND owner_id = user_in AND closed_at IS NULL) THEN
			RETURN 'forbidden';
		END IF;
		DELETE FROM members WHERE user_id = user_in AND room = room_in;
		IF FOUND THEN
			PERFORM note_departure('left', room_in, user_in);
		END IF;
		RETURN 'done';
	END $$;

	CREATE FUNCTION create_room(owner_in TEXT, room_in TEXT, title_in TEXT, made_at BIGINT, most INTEGER)
	RETURNS TABLE (
		outcome TEXT, room TEXT, title TEXT, owner_id TEXT, is_private BOOLEAN, head BIGINT, read_seq BIGINT
	) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	BEGIN
		PERFORM pg_advisory_xact_lock(hashtextextended(owner_in, 0));
		IF (SELECT count(*) FROM members WHERE user_id = owner_in) >= most THEN
			outcome := 'forbidden';
			RETURN NEXT;
			RETURN;
		END IF;
		INSERT INTO rooms (room, title, owner_id, is_private, head, last_at)
			VALUES (room_in, title_in, owner_in, TRUE, 0, made_at);
		INSERT INTO members (user_id, room, read_seq) VALUES (owner_in, room_in, 0);
		RETURN QUERY SELECT 'joined', found.* FROM membership_of(owner_in, room_in) AS found;
	END $$;

	-- What somebody is told who may not do it: to a stranger a private room does not exist. An operator stands as an owner
	-- does. The room is locked until then.
	CREATE FUNCTION standing_of(user_in TEXT, room_in TEXT, is_operator BOOLEAN DEFAULT FALSE) RETURNS TEXT LANGUAGE plpgsql AS $$
	DECLARE
		found rooms%ROWTYPE;
		is_member BOOLEAN;
	BEGIN
		SELECT * INTO found FROM rooms WHERE room = room_in AND closed_at IS NULL FOR UPDATE;
		is_member := EXISTS (SELECT FROM members WHERE room = room_in AND user_id = user_in);
		RETURN CASE
			WHEN found.room IS NULL THEN 'not_found'
			WHEN is_operator THEN 'owner'
			WHEN found.is_private AND NOT is_member THEN 'not_found'
			WHEN found.is_private AND found.owner_id = user_in THEN 'owner'
			ELSE 'forbidden'
		END;
	END $$;

	CREATE FUNCTION retitle_room(user_in TEXT, room_in TEXT, title_in TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$
	DECLARE
		standing TEXT := standing_of(user_in, room_in);
	BEGIN
		IF standing <> 'owner' THEN
			RETURN standing;
		END IF;
		UPDATE rooms SET title = title_in WHERE room = room_in;
		RETURN 'done';
	END $$;

	CREATE FUNCTION close_room(user_in TEXT, is_operator BOOLEAN, room_in TEXT, closed_in BIGINT)
	RETURNS TABLE (outcome TEXT, title TEXT) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	BEGIN
		outcome := standing_of(user_in, room_in, is_operator);
		IF outcome = 'owner' THEN
			outcome := 'done';
			UPDATE rooms SET closed_at = closed_in WHERE room = room_in;
			DELETE FROM members WHERE room = room_in;
			DELETE FROM invitations WHERE room = room_in;
			PERFORM note_departure('closed', room_in, NULL);
			SELECT rooms.title INTO title FROM rooms WHERE room = room_in;
		END IF;
		RETURN NEXT;
	END $$;

	CREATE FUNCTION remove_member(owner_in TEXT, room_in TEXT, user_in TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$
	DECLARE
		standing TEXT := standing_of(owner_in, room_in);
		came_by TEXT;
	BEGIN
		IF standing <> 'owner' THEN
			RETURN standing;
		END IF;
		IF user_in = owner_in THEN
			RETURN 'forbidden';
		END IF;
		DELETE FROM members WHERE room = room_in AND user_id = user_in RETURNING invitation INTO came_by;
		IF FOUND THEN
			DELETE FROM invitations WHERE room = room_in AND id = came_by;
			PERFORM note_departure('removed', room_in, user_in);
		END IF;
		RETURN 'done';
	END $$;

	CREATE FUNCTION invite_to_room(
		user_in TEXT, room_in TEXT, id_in TEXT, hash_in BYTEA, made_at BIGINT, most INTEGER
	) RETURNS TEXT LANGUAGE plpgsql AS $$
	DECLARE
		standing TEXT := standing_of(user_in, room_in);
	BEGIN
		IF standing <> 'owner' THEN
			RETURN standing;
		END IF;
		IF (SELECT count(*) FROM invitations WHERE room = room_in) >= most THEN
			RETURN 'full';
		END IF;
		INSERT INTO invitations (secret_hash, id, room, created_at) VALUES (hash_in, id_in, room_in, made_at);
		RETURN 'done';
	END $$;

	CREATE FUNCTION revoke_invitations(user_in TEXT, room_in TEXT, id_in TEXT) RETURNS TEXT LANGUAGE plpgsql AS $$
	DECLARE
		standing TEXT := standing_of(user_in, room_in);
	BEGIN
		IF standing <> 'owner' THEN
			RETURN standing;
		END IF;
		DELETE FROM invitations WHERE room = room_in AND (id_in IS NULL OR id = id_in);
		RETURN 'done';
	END $$;

	-- The room is locked, so that what revokes an invitation or counts members comes before this or after it.
	CREATE FUNCTION accept_invitation(user_in TEXT, hash_in BYTEA, most INTEGER, most_members INTEGER)
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
			RETURN QUERY SELECT 'joined', found.* FROM membership_of(user_in, room_in) AS found;
		ELSE
			RETURN NEXT;
		END IF;
	END $$;

	CREATE FUNCTION delete_message(
		user_in TEXT, name_in TEXT, is_operator BOOLEAN, room_in TEXT, seq_in BIGINT, id_in TEXT, at_in BIGINT
	) RETURNS TABLE (outcome TEXT, seq BIGINT) LANGUAGE plpgsql AS $$
	#variable_conflict use_column
	DECLARE
		standing TEXT := standing_of(user_in, room_in, is_operator);
		target messages%ROWTYPE;
	BEGIN
		outcome := 'done';
		SELECT * INTO target FROM messages WHERE room = room_in AND seq = seq_in;
		IF standing = 'not_found' OR (
			standing = 'forbidden' AND NOT EXISTS (SELECT FROM members WHERE room = room_in AND user_id = user_in)
		) THEN
			outcome := standing;
		ELSIF target.seq IS NULL THEN
			outcome := 'not_found';
		ELSIF target.deletes IS NOT NULL THEN
			outcome := 'invalid';
		ELSIF standing <> 'owner' AND target.author_id <> user_in THEN
			outcome := 'forbidden';
		ELSE
			SELECT messages.seq INTO seq FROM messages WHERE room = room_in AND deletes = seq_in;
			IF NOT FOUND THEN
				UPDATE messages SET text = '' WHERE room = room_in AND messages.seq = seq_in;
				UPDATE rooms SET head = head + 1 WHERE room = room_in RETURNING head INTO seq;
				INSERT INTO messages (room, seq, id, author_id, author_name, text, sent_at, deletes)
					SELECT room_in, head, id_in, user_in, name_in, '', at_in, seq_in FROM rooms WHERE room = room_in;
			END IF;
		END IF;
		RETURN NEXT;
	END $$;

	CREATE FUNCTION renew_session(hash_in BYTEA, user_in TEXT, made_at BIGINT) RETURNS VOID LANGUAGE plpgsql AS $$
	BEGIN
		DELETE FROM sessions WHERE user_id = user_in;
		INSERT INTO sessions (token_hash, user_id, created_at) VALUES (hash_in, user_in, made_at);
		PERFORM note_departure('renewed', NULL, user_in);
	END $$;
`;
