-- Limits of a person in one guild, extra credits and dollars, and bookings that count for one scope only.

-- What grants paid for: a window has used `used - drawn`.
ALTER TABLE usage ADD COLUMN drawn BIGINT NOT NULL DEFAULT 0;

-- Of a grant, draw, return or adjustment: whose it is. Other rows count for person, member, guild and everyone.
ALTER TABLE ledger ADD COLUMN scope TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN scope_id TEXT NOT NULL DEFAULT '';
ALTER TABLE ledger ADD COLUMN grant_id TEXT NOT NULL DEFAULT '';

CREATE TABLE allowance (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount BIGINT NOT NULL,
    remaining BIGINT NOT NULL,
    expires_ms BIGINT,
    note TEXT NOT NULL DEFAULT '',
    set_by TEXT NOT NULL DEFAULT '',
    at_ms BIGINT NOT NULL
);
CREATE INDEX allowance_open ON allowance (scope, scope_id, unit) WHERE remaining > 0;

INSERT INTO usage (scope, scope_id, unit, day, used)
SELECT 'member', guild_id || '/' || person_id, unit, day, CAST(SUM(amount) AS BIGINT)
FROM ledger GROUP BY guild_id, person_id, unit, day;
