-- What chats bring along: the names of their places, and channels for adults only.

-- What the platform called the guild when it was last heard; `name` follows it until an admin chooses another one.
ALTER TABLE guild ADD COLUMN platform_name TEXT NOT NULL DEFAULT '';
-- Whether the channel that the job was asked in is for adults only; NULL: channels there do not say.
ALTER TABLE job ADD COLUMN adult BIGINT;

-- How often the job changed after its end (a picture was hidden, shown again, deleted), and when it last did: its
-- message is then shown once more. A writer that showed an older state must not close the row.
ALTER TABLE delivery ADD COLUMN revision BIGINT NOT NULL DEFAULT 0;
ALTER TABLE delivery ADD COLUMN reopened_ms BIGINT;
