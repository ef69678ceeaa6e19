-- Images that are made again, and what came of comparing them with the first ones.

ALTER TABLE job ADD COLUMN recreates BIGINT NOT NULL DEFAULT 0;

CREATE TABLE recreation (
    job_id TEXT PRIMARY KEY,
    image_id TEXT,
    path TEXT,
    original TEXT NOT NULL,
    verdict TEXT,
    created_ms BIGINT NOT NULL
);
CREATE INDEX recreation_path ON recreation (path) WHERE path IS NOT NULL;

-- A picture is found again by its pixels, whatever was done to its file.
CREATE INDEX image_pixels ON image (pixels_sha256);
