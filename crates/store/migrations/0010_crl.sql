-- An authority has several CRLs: the complete one and its shards. `crls` keeps what they are to be;
-- each has a head with the last one made, whose bytes are kept in chunks by the body's identifier.

ALTER TABLE crls ADD COLUMN bucket TEXT;
ALTER TABLE crls ADD COLUMN object TEXT;
ALTER TABLE crls ADD COLUMN sharding TEXT NOT NULL DEFAULT 'off';

-- `list` is the authority, or the authority, a slash and the shard. `names` are URLs, one a line.
CREATE TABLE crl_heads (
    list        TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    authority   TEXT   NOT NULL,
    shard       BIGINT,
    account     TEXT   NOT NULL,
    names       TEXT   NOT NULL,
    number      BIGINT,
    this_update BIGINT,
    next_update BIGINT,
    through     BIGINT,
    finality    TEXT,
    body        TEXT,
    octets      BIGINT,
    chunks      BIGINT,
    due_at      BIGINT,
    published   BIGINT
);

CREATE TABLE crl_bodies (
    id         TEXT   NOT NULL PRIMARY KEY,
    idle_since BIGINT NOT NULL
);

CREATE TABLE crl_chunks (
    body   TEXT   NOT NULL,
    number BIGINT NOT NULL,
    octets BLOB   NOT NULL,
    PRIMARY KEY (body, number)
);

-- What was made so far: one chunk each, under the authority's own identifier.
INSERT INTO crl_heads
    SELECT authority, 1, authority, NULL, account, '', number, this_update, next_update, 0, 'more',
           authority, length(der), 1, NULL, NULL
    FROM crls WHERE der IS NOT NULL;
INSERT INTO crl_bodies SELECT authority, this_update FROM crls WHERE der IS NOT NULL;
INSERT INTO crl_chunks SELECT authority, 0, der FROM crls WHERE der IS NOT NULL;
ALTER TABLE crls DROP COLUMN der;
ALTER TABLE crls DROP COLUMN number;
ALTER TABLE crls DROP COLUMN this_update;
ALTER TABLE crls DROP COLUMN next_update;

CREATE INDEX crl_heads_of_authorities ON crl_heads (authority, shard);
CREATE INDEX crl_heads_of_bodies ON crl_heads (body) WHERE body IS NOT NULL;
CREATE INDEX crl_heads_due ON crl_heads (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX crl_heads_unpublished ON crl_heads (list) WHERE published IS NOT number;

ALTER TABLE revocations ADD COLUMN shard BIGINT;
-- All that a list tells, in one order, without a look at the table.
CREATE INDEX revocations_told
    ON revocations (issuer, shard, serial, revoked_at, reason, not_after);
-- When the last certificate of an issuer ends.
CREATE INDEX serials_by_end ON serials (issuer, not_after);
