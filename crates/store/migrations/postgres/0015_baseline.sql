-- The tables as SQLite has them after its migration 15, under the same names and with the columns in the
-- same order. Times are UTC milliseconds; identifiers are texts that sort by the time they were made;
-- choices are stable lower-case texts. `version` is 1 when a row is inserted and one more at each
-- replacement.
--
-- Texts are ordered by their octets (`COLLATE "C"`), as SQLite orders them, whatever the database's own
-- collation is. What can be absent is first in ascending order, as SQLite has it too.

-- Where a text or octets stand in others, counted from 1; 0 is nowhere. SQLite calls it `instr`.
CREATE FUNCTION position_of(TEXT, TEXT) RETURNS INTEGER LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN strpos($1, $2);
CREATE FUNCTION position_of(BYTEA, BYTEA) RETURNS INTEGER LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN position($2 IN $1);

CREATE TABLE accounts (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    name       TEXT COLLATE "C" NOT NULL UNIQUE,
    state      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT           NOT NULL
);
CREATE INDEX accounts_page ON accounts (created_at, id);

CREATE TABLE projects (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version     BIGINT           NOT NULL,
    account     TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT           NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX projects_page ON projects (account, id);

-- An empty password hash is none: such a user signs requests only.
CREATE TABLE users (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version       BIGINT           NOT NULL,
    account       TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    name          TEXT COLLATE "C" NOT NULL,
    password_hash TEXT COLLATE "C" NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT           NOT NULL,
    standing      TEXT COLLATE "C" NOT NULL DEFAULT 'owner',
    description   TEXT COLLATE "C" NOT NULL DEFAULT '',
    generation    BIGINT           NOT NULL DEFAULT 1,
    UNIQUE (account, name)
);
CREATE INDEX users_page ON users (account, created_at, id);
CREATE INDEX users_of_account ON users (account, id);

-- Two for a user at most: each has a slot of its own.
CREATE TABLE access_keys (
    access        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version       BIGINT           NOT NULL,
    user_id       TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    account       TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    sealed_secret BYTEA            NOT NULL,
    state         TEXT COLLATE "C" NOT NULL,
    created_at    BIGINT           NOT NULL,
    slot          BIGINT           NOT NULL DEFAULT 0,
    description   TEXT COLLATE "C" NOT NULL DEFAULT ''
);
CREATE INDEX access_keys_page ON access_keys (account, created_at, access);
CREATE INDEX access_keys_user ON access_keys (user_id);
CREATE UNIQUE INDEX access_keys_slot ON access_keys (user_id, slot);

-- By the hex SHA-256 of the token's text. `project` is the scope; without one it is the account.
CREATE TABLE tokens (
    digest     TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    account    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    project    TEXT COLLATE "C",
    methods    TEXT COLLATE "C" NOT NULL,
    issued_at  BIGINT           NOT NULL,
    expires_at BIGINT           NOT NULL,
    generation BIGINT           NOT NULL DEFAULT 1
);
CREATE INDEX tokens_expiry ON tokens (expires_at, digest);
CREATE INDEX tokens_user ON tokens (user_id);

-- They go with the token they were made from.
CREATE TABLE temporary_keys (
    access         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version        BIGINT           NOT NULL,
    token          TEXT COLLATE "C" NOT NULL REFERENCES tokens (digest) ON DELETE CASCADE,
    user_id        TEXT COLLATE "C" NOT NULL,
    account        TEXT COLLATE "C" NOT NULL,
    slot           BIGINT           NOT NULL,
    sealed_secret  BYTEA            NOT NULL,
    security_token TEXT COLLATE "C" NOT NULL,
    policy         TEXT COLLATE "C",
    created_at     BIGINT           NOT NULL,
    expires_at     BIGINT           NOT NULL,
    UNIQUE (user_id, slot)
);
CREATE INDEX temporary_keys_token ON temporary_keys (token);
CREATE INDEX temporary_keys_expiry ON temporary_keys (expires_at, access);

CREATE TABLE user_groups (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version     BIGINT           NOT NULL,
    account     TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT           NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX user_groups_page ON user_groups (account, id);

-- The key is `group/user`.
CREATE TABLE memberships (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    group_id   TEXT COLLATE "C" NOT NULL REFERENCES user_groups (id),
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id),
    account    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    created_at BIGINT           NOT NULL
);
CREATE INDEX memberships_group ON memberships (group_id, user_id);
CREATE INDEX memberships_user ON memberships (user_id, group_id);

CREATE TABLE policies (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version         BIGINT           NOT NULL,
    account         TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    name            TEXT COLLATE "C" NOT NULL,
    description     TEXT COLLATE "C" NOT NULL,
    kind            TEXT COLLATE "C" NOT NULL,
    default_version BIGINT           NOT NULL,
    latest_version  BIGINT           NOT NULL,
    created_at      BIGINT           NOT NULL,
    updated_at      BIGINT           NOT NULL,
    UNIQUE (account, name)
);
CREATE INDEX policies_page ON policies (account, id);

CREATE TABLE policy_versions (
    policy     TEXT COLLATE "C" NOT NULL REFERENCES policies (id),
    number     BIGINT           NOT NULL,
    document   TEXT COLLATE "C" NOT NULL,
    created_at BIGINT           NOT NULL,
    PRIMARY KEY (policy, number)
);

-- The key is `principal/policy/reach`. Either a user or a group is there. `custom` repeats `policy`
-- where the policy is the account's own, and refers to it; a system policy has no row.
CREATE TABLE attachments (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    account    TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    user_id    TEXT COLLATE "C" REFERENCES users (id),
    group_id   TEXT COLLATE "C" REFERENCES user_groups (id),
    policy     TEXT COLLATE "C" NOT NULL,
    custom     TEXT COLLATE "C" REFERENCES policies (id),
    reach      TEXT COLLATE "C" NOT NULL,
    created_at BIGINT           NOT NULL
);
CREATE INDEX attachments_page ON attachments (account, id);
CREATE INDEX attachments_user ON attachments (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX attachments_group ON attachments (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX attachments_policy ON attachments (account, policy);
CREATE INDEX attachments_custom ON attachments (custom) WHERE custom IS NOT NULL;

-- `subject_key` compares subjects (RFC 5280 §7.1). One whose key is not here has an empty `key_id`.
CREATE TABLE authorities (
    id                    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version               BIGINT           NOT NULL,
    account               TEXT COLLATE "C" NOT NULL,
    home                  TEXT COLLATE "C" NOT NULL,
    project               TEXT COLLATE "C",
    kind                  TEXT COLLATE "C" NOT NULL,
    common_name           TEXT COLLATE "C" NOT NULL,
    country               TEXT COLLATE "C" NOT NULL,
    province              TEXT COLLATE "C" NOT NULL,
    locality              TEXT COLLATE "C" NOT NULL,
    organization          TEXT COLLATE "C" NOT NULL,
    organizational_unit   TEXT COLLATE "C" NOT NULL,
    key_id                TEXT COLLATE "C" NOT NULL,
    key_algorithm         TEXT COLLATE "C" NOT NULL,
    key_usage             TEXT COLLATE "C" NOT NULL,
    enterprise_project    TEXT COLLATE "C" NOT NULL,
    created_at            BIGINT           NOT NULL,
    state                 TEXT COLLATE "C" NOT NULL,
    issuer                TEXT COLLATE "C",
    issuer_id             TEXT COLLATE "C",
    issuer_name           TEXT COLLATE "C",
    generation_mode       TEXT COLLATE "C",
    hash                  TEXT COLLATE "C",
    serial                TEXT COLLATE "C",
    not_before            BIGINT,
    not_after             BIGINT,
    path_length           BIGINT,
    effective_path_length BIGINT,
    key_identifier        BYTEA,
    subject               BYTEA,
    subject_key           BYTEA,
    request               BYTEA,
    phase                 TEXT COLLATE "C" NOT NULL DEFAULT 'active',
    delete_at             BIGINT,
    revoked_at            BIGINT,
    revocation_reason     BIGINT,
    charging              TEXT COLLATE "C" NOT NULL DEFAULT 'pay_per_use',
    ocsp                  TEXT COLLATE "C" NOT NULL DEFAULT 'off'
);
CREATE INDEX authorities_page ON authorities (account, created_at, id);
CREATE INDEX authorities_subject ON authorities USING hash (subject_key);
CREATE INDEX authorities_due ON authorities (delete_at) WHERE delete_at IS NOT NULL;
CREATE INDEX authorities_of_projects
    ON authorities (project, created_at, id) WHERE project IS NOT NULL;
CREATE INDEX authorities_by_creation
    ON authorities (account, created_at, id, delete_at) WHERE home = 'private_ca';
CREATE INDEX authorities_by_name
    ON authorities (account, common_name, id, delete_at) WHERE home = 'private_ca';
CREATE INDEX authorities_by_kind
    ON authorities (account, kind, created_at, id, delete_at) WHERE home = 'private_ca';
CREATE INDEX authorities_by_end
    ON authorities (account, not_after NULLS FIRST, id, delete_at) WHERE home = 'private_ca';
CREATE INDEX authorities_elsewhere ON authorities USING hash (key_identifier) WHERE home = 'outside';

-- Every certificate ever recorded; rows stay when their authority goes, so that no issuer's serial
-- number can come twice (RFC 5280 §4.1.2.2).
CREATE TABLE certificates (
    authority  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    issuer_key BYTEA            NOT NULL,
    serial     TEXT COLLATE "C" NOT NULL,
    der        BYTEA            NOT NULL,
    UNIQUE (issuer_key, serial)
);

-- The certificates above an imported one, nearest first.
CREATE TABLE imported_chains (
    authority  TEXT COLLATE "C" NOT NULL,
    position   BIGINT           NOT NULL,
    der        BYTEA            NOT NULL,
    public_key BYTEA,
    PRIMARY KEY (authority, position)
);
CREATE INDEX imported_chains_by_key ON imported_chains USING hash (public_key);

CREATE TABLE authority_tags (
    authority TEXT COLLATE "C" NOT NULL,
    key       TEXT COLLATE "C" NOT NULL,
    value     TEXT COLLATE "C" NOT NULL,
    account   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (authority, key)
);
CREATE INDEX authority_tags_account ON authority_tags (account, key, value, authority);

CREATE TABLE keys (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,
    purpose    TEXT COLLATE "C" NOT NULL,
    algorithm  TEXT COLLATE "C" NOT NULL,
    public_key BYTEA            NOT NULL,
    sealed     BYTEA            NOT NULL
);
CREATE INDEX keys_of_authorities ON keys USING hash (public_key) WHERE purpose = 'authority';
ALTER TABLE keys SET (autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

CREATE TABLE companies (
    account  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version  BIGINT           NOT NULL,
    country  TEXT COLLATE "C" NOT NULL,
    province TEXT COLLATE "C" NOT NULL,
    city     TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    origin   TEXT COLLATE "C" NOT NULL
);

CREATE TABLE csrs (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version      BIGINT           NOT NULL,
    account      TEXT COLLATE "C" NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    domain_name  TEXT COLLATE "C" NOT NULL,
    sans         TEXT COLLATE "C" NOT NULL,
    algorithm    TEXT COLLATE "C" NOT NULL,
    usage        TEXT COLLATE "C" NOT NULL,
    country      TEXT COLLATE "C" NOT NULL,
    province     TEXT COLLATE "C" NOT NULL,
    city         TEXT COLLATE "C" NOT NULL,
    company_name TEXT COLLATE "C" NOT NULL,
    key_id       TEXT COLLATE "C",
    created_at   BIGINT           NOT NULL,
    updated_at   BIGINT           NOT NULL
);
CREATE INDEX csrs_page ON csrs (account, created_at, id);

CREATE TABLE csr_requests (
    csr TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    pem TEXT COLLATE "C" NOT NULL
);

CREATE TABLE workspace_transactions (
    project             TEXT COLLATE "C" NOT NULL,
    id                  TEXT COLLATE "C" NOT NULL,
    version             BIGINT           NOT NULL,
    account             TEXT COLLATE "C" NOT NULL,
    common_name         TEXT COLLATE "C" NOT NULL,
    country             TEXT COLLATE "C" NOT NULL,
    province            TEXT COLLATE "C" NOT NULL,
    locality            TEXT COLLATE "C" NOT NULL,
    organization        TEXT COLLATE "C" NOT NULL,
    organizational_unit TEXT COLLATE "C" NOT NULL,
    key_algorithm       TEXT COLLATE "C" NOT NULL,
    hash                TEXT COLLATE "C" NOT NULL,
    key_id              TEXT COLLATE "C" NOT NULL,
    created_at          BIGINT           NOT NULL,
    state               TEXT COLLATE "C" NOT NULL,
    authority           TEXT COLLATE "C",
    request             BYTEA            NOT NULL,
    PRIMARY KEY (project, id)
);
CREATE INDEX workspace_transactions_waiting
    ON workspace_transactions (project, state, created_at, id);
CREATE INDEX workspace_transactions_longest
    ON workspace_transactions (created_at, project, id) WHERE state = 'pending';

-- Certificates that authorities issue to others.
CREATE TABLE private_certificates (
    id                  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version             BIGINT           NOT NULL,
    account             TEXT COLLATE "C" NOT NULL,
    issuer              TEXT COLLATE "C" NOT NULL,
    issuer_name         TEXT COLLATE "C" NOT NULL,
    common_name         TEXT COLLATE "C" NOT NULL,
    country             TEXT COLLATE "C" NOT NULL,
    province            TEXT COLLATE "C" NOT NULL,
    locality            TEXT COLLATE "C" NOT NULL,
    organization        TEXT COLLATE "C" NOT NULL,
    organizational_unit TEXT COLLATE "C" NOT NULL,
    key_algorithm       TEXT COLLATE "C" NOT NULL,
    hash                TEXT COLLATE "C" NOT NULL,
    generation_mode     TEXT COLLATE "C" NOT NULL,
    serial              TEXT COLLATE "C" NOT NULL,
    not_before          BIGINT           NOT NULL,
    not_after           BIGINT           NOT NULL,
    created_at          BIGINT           NOT NULL,
    enterprise_project  TEXT COLLATE "C" NOT NULL,
    key_id              TEXT COLLATE "C",
    encryption_serial   TEXT COLLATE "C",
    encryption_key_id   TEXT COLLATE "C",
    shard               BIGINT,
    revoked_at          BIGINT,
    revocation_reason   BIGINT
);
CREATE INDEX private_certificates_by_creation ON private_certificates
    (account, created_at, id, common_name, enterprise_project, revoked_at, not_after);
CREATE INDEX private_certificates_by_name ON private_certificates
    (account, common_name, id, enterprise_project, revoked_at, not_after);
CREATE INDEX private_certificates_by_issuer_name ON private_certificates
    (account, issuer_name, id, common_name, enterprise_project, revoked_at, not_after);
CREATE INDEX private_certificates_by_end ON private_certificates
    (account, not_after, id, common_name, enterprise_project, revoked_at);
CREATE INDEX private_certificates_revoked ON private_certificates (account, revoked_at)
    WHERE revoked_at IS NOT NULL;
CREATE INDEX private_certificates_of_projects ON private_certificates
    (account, enterprise_project);
ALTER TABLE private_certificates SET (autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

-- Their bytes: not among what a list passes over. Only the entries of its page are read here.
CREATE TABLE private_certificate_contents (
    certificate    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    der            BYTEA            NOT NULL,
    encryption_der BYTEA
);
ALTER TABLE private_certificate_contents SET (autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

-- `account` repeats the certificate's owner.
CREATE TABLE certificate_tags (
    certificate TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    account     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (certificate, key)
);
CREATE INDEX certificate_tags_by_value ON certificate_tags (account, key, value, certificate);
CREATE INDEX certificate_tags_by_key ON certificate_tags (account, key, certificate, value);
ALTER TABLE certificate_tags SET (autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

-- How many certificates have a tag: a search by one key counts nothing, and the tags of an account
-- are listed without reading a million rows. No row says zero.
CREATE TABLE certificate_tag_uses (
    account TEXT COLLATE "C" NOT NULL,
    key     TEXT COLLATE "C" NOT NULL,
    value   TEXT COLLATE "C" NOT NULL,
    uses    BIGINT           NOT NULL,
    PRIMARY KEY (account, key, value)
);

-- Every serial number that an authority here ever gave, to authorities and to others. Rows stay when
-- the certificate or its issuer goes: no number comes twice (RFC 5280 4.1.2.2), and OCSP still knows
-- what was issued.
CREATE TABLE serials (
    issuer    TEXT COLLATE "C" NOT NULL,
    serial    TEXT COLLATE "C" NOT NULL,
    not_after BIGINT           NOT NULL,
    PRIMARY KEY (issuer, serial)
);
CREATE INDEX serials_by_end ON serials (issuer, not_after);
ALTER TABLE serials SET (autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

-- Rows stay when the certificate or its issuer goes. A reason is its code in RFC 5280 (5.3.1).
-- `place` is the place among the issuer's revocations in the order of their commits; a trigger below
-- gives it.
CREATE TABLE revocations (
    issuer     TEXT COLLATE "C" NOT NULL,
    serial     TEXT COLLATE "C" NOT NULL,
    version    BIGINT           NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,
    revoked_at BIGINT           NOT NULL,
    reason     BIGINT           NOT NULL,
    not_after  BIGINT           NOT NULL,
    shard      BIGINT,
    place      BIGINT           NOT NULL,
    PRIMARY KEY (issuer, serial)
);
CREATE INDEX revocations_told
    ON revocations (issuer, shard NULLS FIRST, serial, revoked_at, reason, not_after, place);
CREATE UNIQUE INDEX revocations_in_order ON revocations (issuer, place);
ALTER TABLE revocations SET (autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

-- What the CRLs of an authority are to be. One without a row is one for which nobody said anything.
CREATE TABLE crls (
    authority  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,
    enabled    BIGINT           NOT NULL,
    url        TEXT COLLATE "C",
    valid_days BIGINT           NOT NULL,
    bucket     TEXT COLLATE "C",
    object     TEXT COLLATE "C",
    sharding   TEXT COLLATE "C" NOT NULL DEFAULT 'off'
);

-- The last CRL of each list, complete or shard. `list` is the authority, or the authority, a slash
-- and the shard. `names` are URLs, one a line. The bytes are kept in chunks by the body's
-- identifier.
CREATE TABLE crl_heads (
    list        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version     BIGINT           NOT NULL,
    authority   TEXT COLLATE "C" NOT NULL,
    shard       BIGINT,
    account     TEXT COLLATE "C" NOT NULL,
    names       TEXT COLLATE "C" NOT NULL,
    number      BIGINT,
    this_update BIGINT,
    next_update BIGINT,
    through     BIGINT,
    finality    TEXT COLLATE "C",
    body        TEXT COLLATE "C",
    octets      BIGINT,
    chunks      BIGINT,
    due_at      BIGINT,
    published   BIGINT
);
CREATE INDEX crl_heads_of_authorities ON crl_heads (authority, shard NULLS FIRST);
CREATE INDEX crl_heads_of_bodies ON crl_heads (body) WHERE body IS NOT NULL;
CREATE INDEX crl_heads_due ON crl_heads (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX crl_heads_unpublished ON crl_heads (list) WHERE published IS DISTINCT FROM number;

CREATE TABLE crl_bodies (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    idle_since BIGINT           NOT NULL
);

CREATE TABLE crl_chunks (
    body   TEXT COLLATE "C" NOT NULL,
    number BIGINT           NOT NULL,
    octets BYTEA            NOT NULL,
    PRIMARY KEY (body, number)
);
-- Signed octets do not get smaller.
ALTER TABLE crl_chunks ALTER COLUMN octets SET STORAGE EXTERNAL;

-- Which authority took which place. Certificates name it, so rows stay when the authority goes. `id`
-- is the bucket and the name with a slash between them.
CREATE TABLE crl_places (
    id        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version   BIGINT           NOT NULL,
    bucket    TEXT COLLATE "C" NOT NULL,
    name      TEXT COLLATE "C" NOT NULL,
    authority TEXT COLLATE "C" NOT NULL,
    account   TEXT COLLATE "C" NOT NULL,
    taken_at  BIGINT           NOT NULL
);
CREATE INDEX crl_places_by_authority ON crl_places (authority, taken_at);

-- An account's leave to publish in its buckets.
CREATE TABLE agencies (
    account    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    created_at BIGINT           NOT NULL
);

-- Who signs the OCSP answers of an authority. The serial numbers of their certificates are among
-- those of their issuers, in `serials`.
CREATE TABLE responders (
    authority   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version     BIGINT           NOT NULL,
    account     TEXT COLLATE "C" NOT NULL,
    key_id      TEXT COLLATE "C" NOT NULL,
    serial      TEXT COLLATE "C" NOT NULL,
    not_after   BIGINT           NOT NULL,
    renew_at    BIGINT           NOT NULL,
    certificate BYTEA            NOT NULL
);
CREATE INDEX responders_by_renewal ON responders (renew_at, authority);

-- Every counter of every node is one row here, and each commit that counts rewrites one: room is
-- left in the page, so that the new version stands beside the old one and no index is written.
CREATE TABLE counters (
    quota TEXT COLLATE "C" NOT NULL,
    scope TEXT COLLATE "C" NOT NULL,
    used  BIGINT           NOT NULL,
    PRIMARY KEY (quota, scope)
) WITH (fillfactor = 30);

-- Leases on the work that servers do by themselves, each piece once. Times are those of the
-- database's own clock, in milliseconds since 1970. A row is never removed: its version is a fence,
-- and must not come again.
CREATE TABLE leases (
    name       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version    BIGINT           NOT NULL,
    holder     TEXT COLLATE "C" NOT NULL,
    expires_at BIGINT           NOT NULL,
    due_at     BIGINT           NOT NULL,
    failures   BIGINT           NOT NULL,
    last_error TEXT COLLATE "C"
) WITH (fillfactor = 30);

-- `count` folds equal refusals. Change identifiers sort by time, so the key is the trail's order.
CREATE TABLE audit_events (
    change_id  TEXT COLLATE "C" NOT NULL,
    position   BIGINT           NOT NULL,
    at         BIGINT           NOT NULL,
    account    TEXT COLLATE "C",
    actor_kind TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C",
    address    TEXT COLLATE "C",
    request_id TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    object     TEXT COLLATE "C",
    outcome    TEXT COLLATE "C" NOT NULL,
    detail     TEXT COLLATE "C",
    count      BIGINT           NOT NULL,
    PRIMARY KEY (change_id, position)
);
CREATE INDEX audit_events_account ON audit_events (account, change_id, position);
ALTER TABLE audit_events SET (autovacuum_vacuum_insert_scale_factor = 0.05,
    autovacuum_vacuum_insert_threshold = 10000, autovacuum_analyze_scale_factor = 0.02);

-- The keys under which secrets are sealed, each wrapped by the master key. From `retired_at` on a
-- data key seals nothing any more; NULL is the one that seals, or one that was put aside by a
-- rotation that has not got that far.
CREATE TABLE data_keys (
    id         BIGINT           NOT NULL PRIMARY KEY,
    wrapped    BYTEA            NOT NULL,
    created_at BIGINT           NOT NULL,
    retired_at BIGINT
);

-- One row: a known text under the master key.
CREATE TABLE canary (
    id     BIGINT           NOT NULL PRIMARY KEY CHECK (id = 1),
    sealed BYTEA            NOT NULL
);

-- One row, rewritten to prove that commits are possible.
CREATE TABLE readiness (
    id     BIGINT           NOT NULL PRIMARY KEY CHECK (id = 1),
    proofs BIGINT           NOT NULL
) WITH (fillfactor = 30);
INSERT INTO readiness (id, proofs) VALUES (1, 0);

-- How many revocations of an issuer there are so far. Whoever revokes has this row locked until the
-- commit, so that places become visible in their order, whichever node gives them: who sees one sees
-- all before it.
CREATE TABLE revocation_counts (
    issuer TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    last   BIGINT           NOT NULL
) WITH (fillfactor = 50);

-- Copies of another database bring their places along.
CREATE FUNCTION place_revocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO revocation_counts AS counts (issuer, last)
        VALUES (NEW.issuer, coalesce(NEW.place, 1))
        ON CONFLICT (issuer) DO UPDATE
            SET last = greatest(counts.last, coalesce(NEW.place, counts.last + 1))
        RETURNING coalesce(NEW.place, counts.last) INTO NEW.place;
    RETURN NEW;
END
$$;
CREATE TRIGGER revocations_place BEFORE INSERT ON revocations
    FOR EACH ROW EXECUTE FUNCTION place_revocation();

-- Refuses blobs that a retired data key has sealed. Whoever sealed a blob before a new data key was
-- taken into use may commit it after every other blob was sealed again; the data key would then be
-- removed, and the blob lost. Two kinds of transactions must not overlap for that: those that bring
-- blobs, any number of them at a time, and those that change the data keys. Both have a lock until
-- their end; each statement of the function sees what was committed before it, under READ COMMITTED.

CREATE FUNCTION wait_for_sealed_blobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4801126319);
    RETURN NULL;
END
$$;
CREATE TRIGGER data_keys_alone BEFORE UPDATE OF retired_at OR DELETE ON data_keys
    FOR EACH STATEMENT EXECUTE FUNCTION wait_for_sealed_blobs();

-- The argument is the column. The number of the data key stands after the blob's first octet, four
-- octets, big-endian.
CREATE FUNCTION refuse_retired_data_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    header BYTEA;
BEGIN
    IF TG_ARGV[0] = 'sealed' THEN
        header := substr(NEW.sealed, 1, 5);
    ELSE
        header := substr(NEW.sealed_secret, 1, 5);
    END IF;
    IF length(header) < 5 THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(4801126319);
    IF substr(header, 2) <
       (SELECT decode(lpad(to_hex(min(id)), 8, '0'), 'hex') FROM data_keys WHERE retired_at IS NULL)
    THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation', MESSAGE = 'sealed under a retired data key';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER access_keys_sealed_secret_insert BEFORE INSERT ON access_keys
    FOR EACH ROW EXECUTE FUNCTION refuse_retired_data_key('sealed_secret');
-- An update that leaves the blob as it is may go on: its turn comes.
CREATE TRIGGER access_keys_sealed_secret_update BEFORE UPDATE ON access_keys
    FOR EACH ROW WHEN (NEW.sealed_secret IS DISTINCT FROM OLD.sealed_secret)
    EXECUTE FUNCTION refuse_retired_data_key('sealed_secret');
CREATE TRIGGER keys_sealed_insert BEFORE INSERT ON keys
    FOR EACH ROW EXECUTE FUNCTION refuse_retired_data_key('sealed');
-- An update that leaves the blob as it is may go on: its turn comes.
CREATE TRIGGER keys_sealed_update BEFORE UPDATE ON keys
    FOR EACH ROW WHEN (NEW.sealed IS DISTINCT FROM OLD.sealed)
    EXECUTE FUNCTION refuse_retired_data_key('sealed');
CREATE TRIGGER temporary_keys_sealed_secret_insert BEFORE INSERT ON temporary_keys
    FOR EACH ROW EXECUTE FUNCTION refuse_retired_data_key('sealed_secret');
-- An update that leaves the blob as it is may go on: its turn comes.
CREATE TRIGGER temporary_keys_sealed_secret_update BEFORE UPDATE ON temporary_keys
    FOR EACH ROW WHEN (NEW.sealed_secret IS DISTINCT FROM OLD.sealed_secret)
    EXECUTE FUNCTION refuse_retired_data_key('sealed_secret');
