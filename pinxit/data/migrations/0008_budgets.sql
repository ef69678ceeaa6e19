-- What providers have been paid by calendar day in UTC, and how many images an attempt was to make.

-- A generator's circuit is kept in memory: after a restart it is closed.
ALTER TABLE pool DROP COLUMN breaker;

ALTER TABLE attempt ADD COLUMN asked BIGINT NOT NULL DEFAULT 0;

-- The attempt before whose calls this one polls, and for how many images: they were booked there.
ALTER TABLE attempt ADD COLUMN continues BIGINT NOT NULL DEFAULT 0;
ALTER TABLE attempt ADD COLUMN polled BIGINT NOT NULL DEFAULT 0;

-- Attempts that run while this is done reserve and book as those that begin after it.
UPDATE attempt SET
    asked = (SELECT j.count FROM job j WHERE j.id = attempt.job_id) - (
        SELECT COUNT(*) FROM image i
        WHERE i.job_id = attempt.job_id AND i.attempt < attempt.number AND i.state <> 'deleted'
    ),
    continues = COALESCE((
        SELECT MAX(b.number) FROM attempt b
        WHERE b.job_id = attempt.job_id AND b.number < attempt.number AND b.upstream_id = attempt.upstream_id
    ), 0)
WHERE ended_ms IS NULL;
UPDATE attempt SET polled = asked WHERE continues > 0;

CREATE TABLE spending (
    provider TEXT NOT NULL,
    day TEXT NOT NULL,
    dollars_micro BIGINT NOT NULL,
    PRIMARY KEY (provider, day)
);

INSERT INTO spending (provider, day, dollars_micro)
SELECT scope_id, day, used FROM usage WHERE scope = 'provider' AND unit = 'dollar';
