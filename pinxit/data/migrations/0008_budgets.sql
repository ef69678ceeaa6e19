-- What providers have been paid by calendar day in UTC, and how many images an attempt was to make.

-- A generator's circuit is kept in memory: after a restart it is closed.
ALTER TABLE pool DROP COLUMN breaker;

ALTER TABLE attempt ADD COLUMN asked BIGINT NOT NULL DEFAULT 0;

CREATE TABLE spending (
    provider TEXT NOT NULL,
    day TEXT NOT NULL,
    dollars_micro BIGINT NOT NULL,
    PRIMARY KEY (provider, day)
);

INSERT INTO spending (provider, day, dollars_micro)
SELECT scope_id, day, used FROM usage WHERE scope = 'provider' AND unit = 'dollar';
