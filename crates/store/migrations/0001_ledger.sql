-- The first shape of the ledger. Times are UTC milliseconds; identifiers are texts that sort by
-- the time they were made; choices are stable lower-case texts. `version` is 1 when a row is
-- inserted and one more at each replacement.

CREATE TABLE accounts (
    id         TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    name       TEXT   NOT NULL UNIQUE,
    state      TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX accounts_page ON accounts (created_at, id);

CREATE TABLE projects (
    id          TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    account     TEXT   NOT NULL REFERENCES accounts (id),
    name        TEXT   NOT NULL,
    description TEXT   NOT NULL,
    state       TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX projects_page ON projects (account, id);

CREATE TABLE users (
    id            TEXT   NOT NULL PRIMARY KEY,
    version       BIGINT NOT NULL,
    account       TEXT   NOT NULL REFERENCES accounts (id),
    name          TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX users_page ON users (account, created_at, id);

CREATE TABLE access_keys (
    access        TEXT   NOT NULL PRIMARY KEY,
    version       BIGINT NOT NULL,
    user_id       TEXT   NOT NULL REFERENCES users (id),
    account       TEXT   NOT NULL REFERENCES accounts (id),
    sealed_secret BLOB   NOT NULL,
    state         TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);
CREATE INDEX access_keys_page ON access_keys (account, created_at, access);
CREATE INDEX access_keys_user ON access_keys (user_id);

-- By the hex SHA-256 of the token's text. `project` is the scope; without one it is the account.
CREATE TABLE tokens (
    digest     TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    user_id    TEXT   NOT NULL REFERENCES users (id),
    account    TEXT   NOT NULL REFERENCES accounts (id),
    project    TEXT,
    methods    TEXT   NOT NULL,
    issued_at  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX tokens_expiry ON tokens (expires_at, digest);
CREATE INDEX tokens_user ON tokens (user_id);

-- Large and rarely read columns come last. `subject_key` compares subjects (RFC 5280 §7.1).
CREATE TABLE authorities (
    id                    TEXT   NOT NULL PRIMARY KEY,
    version               BIGINT NOT NULL,
    account               TEXT   NOT NULL,
    home                  TEXT   NOT NULL,
    project               TEXT,
    kind                  TEXT   NOT NULL,
    common_name           TEXT   NOT NULL,
    country               TEXT   NOT NULL,
    province              TEXT   NOT NULL,
    locality              TEXT   NOT NULL,
    organization          TEXT   NOT NULL,
    organizational_unit   TEXT   NOT NULL,
    key_id                TEXT   NOT NULL,
    key_algorithm         TEXT   NOT NULL,
    key_usage             TEXT   NOT NULL,
    enterprise_project    TEXT   NOT NULL,
    created_at            BIGINT NOT NULL,
    state                 TEXT   NOT NULL,
    issuer                TEXT,
    issuer_id             TEXT,
    issuer_name           TEXT,
    generation_mode       TEXT,
    hash                  TEXT,
    serial                TEXT,
    not_before            BIGINT,
    not_after             BIGINT,
    path_length           BIGINT,
    effective_path_length BIGINT,
    key_identifier        BLOB,
    subject               BLOB,
    subject_key           BLOB,
    request               BLOB
);
CREATE INDEX authorities_page ON authorities (account, created_at, id);
CREATE INDEX authorities_subject ON authorities (account, subject_key);

-- Every certificate ever recorded; rows stay when their authority goes, so that no issuer's serial
-- number can come twice (RFC 5280 §4.1.2.2).
CREATE TABLE certificates (
    authority  TEXT NOT NULL PRIMARY KEY,
    issuer_key BLOB NOT NULL,
    serial     TEXT NOT NULL,
    der        BLOB NOT NULL,
    UNIQUE (issuer_key, serial)
);

-- The certificates above an imported one, nearest first.
CREATE TABLE imported_chains (
    authority TEXT   NOT NULL,
    position  BIGINT NOT NULL,
    der       BLOB   NOT NULL,
    PRIMARY KEY (authority, position)
);

CREATE TABLE keys (
    id         TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    account    TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,
    algorithm  TEXT   NOT NULL,
    public_key BLOB   NOT NULL,
    sealed     BLOB   NOT NULL
);

-- A certification request must not carry an authority's key.
CREATE INDEX keys_of_authorities ON keys (public_key) WHERE purpose = 'authority';

CREATE TABLE companies (
    account  TEXT   NOT NULL PRIMARY KEY,
    version  BIGINT NOT NULL,
    country  TEXT   NOT NULL,
    province TEXT   NOT NULL,
    city     TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    origin   TEXT   NOT NULL
);

CREATE TABLE csrs (
    id           TEXT   NOT NULL PRIMARY KEY,
    version      BIGINT NOT NULL,
    account      TEXT   NOT NULL,
    name         TEXT   NOT NULL,
    domain_name  TEXT   NOT NULL,
    sans         TEXT   NOT NULL,
    algorithm    TEXT   NOT NULL,
    usage        TEXT   NOT NULL,
    country      TEXT   NOT NULL,
    province     TEXT   NOT NULL,
    city         TEXT   NOT NULL,
    company_name TEXT   NOT NULL,
    key_id       TEXT,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL
);
CREATE INDEX csrs_page ON csrs (account, created_at, id);

CREATE TABLE csr_requests (
    csr TEXT NOT NULL PRIMARY KEY,
    pem TEXT NOT NULL
);

CREATE TABLE workspace_transactions (
    project             TEXT   NOT NULL,
    id                  TEXT   NOT NULL,
    version             BIGINT NOT NULL,
    account             TEXT   NOT NULL,
    common_name         TEXT   NOT NULL,
    country             TEXT   NOT NULL,
    province            TEXT   NOT NULL,
    locality            TEXT   NOT NULL,
    organization        TEXT   NOT NULL,
    organizational_unit TEXT   NOT NULL,
    key_algorithm       TEXT   NOT NULL,
    hash                TEXT   NOT NULL,
    key_id              TEXT   NOT NULL,
    created_at          BIGINT NOT NULL,
    state               TEXT   NOT NULL,
    authority           TEXT,
    request             BLOB   NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE INDEX workspace_transactions_waiting
    ON workspace_transactions (project, state, created_at, id);

CREATE TABLE counters (
    quota TEXT   NOT NULL,
    scope TEXT   NOT NULL,
    used  BIGINT NOT NULL,
    PRIMARY KEY (quota, scope)
);

-- `count` folds equal refusals. Change identifiers sort by time, so the key is the trail's order.
CREATE TABLE audit_events (
    change_id  TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    account    TEXT,
    actor_kind TEXT   NOT NULL,
    actor      TEXT,
    address    TEXT,
    request_id TEXT   NOT NULL,
    action     TEXT   NOT NULL,
    object     TEXT,
    outcome    TEXT   NOT NULL,
    detail     TEXT,
    count      BIGINT NOT NULL,
    PRIMARY KEY (change_id, position)
);
CREATE INDEX audit_events_account ON audit_events (account, change_id, position);

-- The keys under which secrets are sealed, each wrapped by the master key.
CREATE TABLE data_keys (
    id         BIGINT NOT NULL PRIMARY KEY,
    wrapped    BLOB   NOT NULL,
    created_at BIGINT NOT NULL
);

-- One row: a known text under the master key.
CREATE TABLE canary (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BLOB   NOT NULL
);

-- One row, rewritten to prove that commits are possible.
CREATE TABLE readiness (
    id     BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    proofs BIGINT NOT NULL
);
INSERT INTO readiness (id, proofs) VALUES (1, 0);
