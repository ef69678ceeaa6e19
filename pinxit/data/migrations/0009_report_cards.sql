-- Messages about reports, so that they follow what becomes of the picture and of what was said about it.

-- `message_id` is unknown while the message is being posted, and after a death in that moment. `wanted` counts what has
-- changed, `written` says up to which change the message was written.
CREATE TABLE report_card (
    report_id TEXT PRIMARY KEY,
    image_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    channel TEXT NOT NULL,
    message_id TEXT,
    wanted BIGINT NOT NULL DEFAULT 0,
    written BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX report_card_image ON report_card (image_id);
CREATE INDEX report_card_stale ON report_card (report_id) WHERE wanted > written;
