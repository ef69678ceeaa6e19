-- What people look for, keep, have read and throw away.

ALTER TABLE job ADD COLUMN deleted_ms BIGINT;

-- Prompt and typed text as a search compares them, apart from the wide rows of jobs, which a search without a hit would
-- read through. `data/words.py` fills in the jobs that are there already.
CREATE TABLE job_words (
    job_id TEXT PRIMARY KEY,
    guild_id TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX job_words_guild ON job_words (guild_id, job_id);

CREATE INDEX favourite_recent ON favourite (person_id, created_ms, image_id);
CREATE INDEX favourite_image ON favourite (image_id);

CREATE TABLE read_mark (
    person_id TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    PRIMARY KEY (person_id, guild_id)
);
