-- Reports of pictures, and what is deleted when its time is over.

-- When a chat was told of the report; NULL: not yet.
ALTER TABLE report ADD COLUMN delivered_ms BIGINT;
-- Who reports a picture again has said it already.
CREATE UNIQUE INDEX report_once ON report (image_id, reporter_id);
CREATE INDEX report_reporter ON report (reporter_id, created_ms);
CREATE INDEX report_undelivered ON report (created_ms) WHERE delivered_ms IS NULL AND handled_ms IS NULL;

-- The ended jobs that are still there, the oldest end first.
CREATE INDEX job_kept ON job (guild_id, ended_ms) WHERE ended_ms IS NOT NULL AND deleted_ms IS NULL;
CREATE INDEX attempt_person ON attempt (person_id);
CREATE INDEX ticket_person ON ticket (person_id);
