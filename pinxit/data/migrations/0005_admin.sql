-- The weight that an attempt's estimate was charged at, so that a change of weight meanwhile moves nobody in line.
ALTER TABLE attempt ADD COLUMN weight DOUBLE PRECISION;

-- Ids sort by time: a page of the audit is a range of them, newest first.
CREATE INDEX audit_guild_id ON audit (guild_id, id);
CREATE INDEX audit_actor ON audit (actor, id);
CREATE INDEX audit_act ON audit (act, id);
DROP INDEX audit_guild;

CREATE INDEX ban_guild ON ban (guild_id, created_ms);
