-- Times are epoch milliseconds, money is thousandths of a credit or millionths of a dollar, flags are 0 or 1.
-- JSON columns (TEXT) hold only what no statement filters by. docs/architecture.md explains every table.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE person (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT '',
    settings TEXT NOT NULL DEFAULT '{}',
    pseudonym TEXT NOT NULL DEFAULT '',
    created_ms BIGINT NOT NULL,
    deleted_ms BIGINT
);

CREATE TABLE account (
    platform TEXT NOT NULL,
    external_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (platform, external_id)
);
CREATE INDEX account_person ON account (person_id);

CREATE TABLE guild (
    id TEXT PRIMARY KEY,
    platform TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT '',
    time_zone TEXT NOT NULL DEFAULT 'UTC',
    weight DOUBLE PRECISION NOT NULL DEFAULT 1,
    running_cap BIGINT,
    paused BIGINT NOT NULL DEFAULT 0,
    settings TEXT NOT NULL DEFAULT '{}',
    created_ms BIGINT NOT NULL,
    deleted_ms BIGINT
);

-- The queue ------------------------------------------------------------------------------------------------------

CREATE TABLE pool (
    pool TEXT PRIMARY KEY,
    vtime DOUBLE PRECISION NOT NULL DEFAULT 0,
    queued BIGINT NOT NULL DEFAULT 0,
    running BIGINT NOT NULL DEFAULT 0,
    paused BIGINT NOT NULL DEFAULT 0,
    occupied_s DOUBLE PRECISION NOT NULL DEFAULT 0,
    breaker TEXT NOT NULL DEFAULT '{}'
);

CREATE TABLE lane (
    pool TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    vtime DOUBLE PRECISION NOT NULL,
    person_vtime DOUBLE PRECISION NOT NULL DEFAULT 0,
    weight DOUBLE PRECISION NOT NULL DEFAULT 1,
    cap BIGINT NOT NULL,
    queued BIGINT NOT NULL DEFAULT 0,
    running BIGINT NOT NULL DEFAULT 0,
    backlog_s DOUBLE PRECISION NOT NULL DEFAULT 0,
    charged_s DOUBLE PRECISION NOT NULL DEFAULT 0,
    PRIMARY KEY (pool, guild_id)
);
CREATE INDEX lane_claimable ON lane (pool, vtime, guild_id) WHERE queued > 0 AND running < cap;
CREATE INDEX lane_busy ON lane (pool, guild_id) WHERE queued > 0 OR running > 0;
CREATE INDEX lane_guild ON lane (guild_id);

CREATE TABLE flow (
    pool TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    tag DOUBLE PRECISION NOT NULL DEFAULT 0,
    queued BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (pool, guild_id, person_id)
);
CREATE INDEX flow_person ON flow (person_id);

CREATE TABLE job (
    id TEXT PRIMARY KEY,
    idem TEXT UNIQUE,
    idem_digest TEXT NOT NULL DEFAULT '',
    group_id TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    parent_image TEXT,
    private BIGINT NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    pool TEXT NOT NULL,
    route TEXT NOT NULL,
    step BIGINT NOT NULL DEFAULT 0,
    priority BIGINT NOT NULL,
    tag DOUBLE PRECISION NOT NULL,
    cost_s DOUBLE PRECISION NOT NULL,
    batch_key TEXT NOT NULL,
    model TEXT NOT NULL DEFAULT '',
    request TEXT NOT NULL,
    credits_milli BIGINT NOT NULL,
    dollars_micro BIGINT NOT NULL,
    day TEXT NOT NULL,
    deadline_s DOUBLE PRECISION NOT NULL,
    count BIGINT NOT NULL,
    made BIGINT NOT NULL DEFAULT 0,
    tries BIGINT NOT NULL DEFAULT 0,
    program_deaths BIGINT NOT NULL DEFAULT 0,
    lost_calls BIGINT NOT NULL DEFAULT 0,
    cancel_wanted BIGINT NOT NULL DEFAULT 0,
    attempt BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL DEFAULT 0,
    worker TEXT,
    boot TEXT,
    lease_ms BIGINT,
    run_ms BIGINT,
    created_ms BIGINT NOT NULL,
    started_ms BIGINT,
    ended_ms BIGINT,
    error_code TEXT NOT NULL DEFAULT '',
    error_facts TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX job_head ON job (pool, guild_id, priority, tag, id) WHERE state = 'queued';
CREATE INDEX job_batch ON job (pool, guild_id, batch_key, priority, tag, id) WHERE state = 'queued';
CREATE INDEX job_line ON job (pool, guild_id, person_id) WHERE state = 'queued';
CREATE INDEX job_lease ON job (lease_ms) WHERE state = 'running';
CREATE INDEX job_retry ON job (run_ms) WHERE state = 'waiting';
CREATE INDEX job_ended ON job (state) WHERE ended_ms IS NOT NULL;
CREATE INDEX job_group ON job (group_id);
CREATE INDEX job_person ON job (person_id, id);
CREATE INDEX job_guild ON job (guild_id, id);

CREATE TABLE attempt (
    job_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    pool TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    worker TEXT NOT NULL,
    boot TEXT NOT NULL,
    batch TEXT NOT NULL,
    cost_s DOUBLE PRECISION NOT NULL,
    accrued_s DOUBLE PRECISION NOT NULL DEFAULT 0,
    accrued_ms BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    ended_ms BIGINT,
    outcome TEXT,
    message TEXT NOT NULL DEFAULT '',
    upstream_id TEXT,
    sent_ms BIGINT,
    dollars_micro BIGINT,
    uncertain BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (job_id, number)
);
CREATE INDEX attempt_batch ON attempt (batch) WHERE ended_ms IS NULL;

CREATE TABLE worker (
    id TEXT PRIMARY KEY,
    boot TEXT NOT NULL,
    pool TEXT NOT NULL,
    is_remote BIGINT NOT NULL DEFAULT 0,
    name TEXT NOT NULL DEFAULT '',
    loaded TEXT NOT NULL DEFAULT '[]',
    started_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL
);

-- Pictures -------------------------------------------------------------------------------------------------------

CREATE TABLE image (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    position BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    state TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    private BIGINT NOT NULL,
    path TEXT NOT NULL,
    thumbnail_path TEXT,
    media_type TEXT NOT NULL,
    width_px BIGINT NOT NULL,
    height_px BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    pixels_sha256 TEXT NOT NULL,
    seed BIGINT NOT NULL,
    prompt TEXT NOT NULL,
    recipe TEXT NOT NULL,
    generator TEXT NOT NULL,
    model TEXT NOT NULL,
    model_hash TEXT NOT NULL,
    parent_image TEXT,
    verdict TEXT NOT NULL DEFAULT '',
    hidden BIGINT NOT NULL DEFAULT 0,
    created_ms BIGINT NOT NULL,
    deleted_ms BIGINT
);
CREATE UNIQUE INDEX image_position ON image (job_id, position) WHERE state <> 'deleted';
CREATE INDEX image_job ON image (job_id);
CREATE INDEX image_sha256 ON image (sha256);
CREATE INDEX image_guild ON image (guild_id, id);
CREATE INDEX image_person ON image (person_id, id);

CREATE TABLE source (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    role TEXT NOT NULL,
    url TEXT,
    image_id TEXT,
    path TEXT,
    media_type TEXT NOT NULL DEFAULT '',
    width_px BIGINT,
    height_px BIGINT,
    size_bytes BIGINT,
    sha256 TEXT NOT NULL DEFAULT '',
    created_ms BIGINT NOT NULL
);
CREATE INDEX source_job ON source (job_id);

CREATE TABLE favourite (
    person_id TEXT NOT NULL,
    image_id TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (person_id, image_id)
);

-- Delivery -------------------------------------------------------------------------------------------------------

CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    platform TEXT NOT NULL,
    channel TEXT NOT NULL,
    target TEXT NOT NULL,
    state TEXT NOT NULL,
    message_id TEXT,
    tries BIGINT NOT NULL DEFAULT 0,
    next_ms BIGINT NOT NULL,
    boot TEXT,
    creations BIGINT NOT NULL DEFAULT 0,
    repeat_ms BIGINT,
    created_ms BIGINT NOT NULL,
    done_ms BIGINT,
    error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX delivery_job ON delivery (job_id);
CREATE INDEX delivery_due ON delivery (next_ms) WHERE state = 'due';
CREATE INDEX delivery_open ON delivery (id) WHERE state = 'open';
CREATE INDEX delivery_ended ON delivery (state) WHERE done_ms IS NOT NULL;

CREATE TABLE message (
    platform TEXT NOT NULL,
    channel TEXT NOT NULL,
    message_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (platform, channel, message_id)
);
CREATE INDEX message_job ON message (job_id);

-- Money ----------------------------------------------------------------------------------------------------------

CREATE TABLE quota (
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    period TEXT NOT NULL,
    amount BIGINT NOT NULL,
    set_by TEXT NOT NULL DEFAULT '',
    set_ms BIGINT NOT NULL,
    PRIMARY KEY (scope, scope_id, unit, period)
);

CREATE TABLE usage (
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (scope, scope_id, unit, day)
);

CREATE TABLE ledger (
    id TEXT PRIMARY KEY,
    job_id TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    kind TEXT NOT NULL,
    unit TEXT NOT NULL,
    amount BIGINT NOT NULL,
    person_id TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    provider TEXT NOT NULL DEFAULT '',
    day TEXT NOT NULL,
    expires_ms BIGINT,
    uncertain BIGINT NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    at_ms BIGINT NOT NULL,
    UNIQUE (job_id, attempt, kind, unit)
);
CREATE INDEX ledger_person ON ledger (person_id, at_ms);
CREATE INDEX ledger_guild ON ledger (guild_id, at_ms);

-- People's rights and admins' acts ---------------------------------------------------------------------------------

CREATE TABLE access_key (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT,
    revoked_ms BIGINT,
    used_ms BIGINT
);

CREATE TABLE ban (
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    guild_id TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    set_by TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    until_ms BIGINT,
    PRIMARY KEY (scope, scope_id, guild_id)
);

CREATE TABLE report (
    id TEXT PRIMARY KEY,
    image_id TEXT NOT NULL,
    reporter_id TEXT NOT NULL,
    guild_id TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    handled_ms BIGINT,
    handled_by TEXT
);
CREATE INDEX report_open ON report (guild_id, created_ms) WHERE handled_ms IS NULL;

CREATE TABLE audit (
    id TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    guild_id TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL DEFAULT '',
    details TEXT NOT NULL DEFAULT '{}',
    at_ms BIGINT NOT NULL
);
CREATE INDEX audit_guild ON audit (guild_id, at_ms);

CREATE TABLE ticket (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT
);
CREATE INDEX ticket_expiry ON ticket (expires_ms);
