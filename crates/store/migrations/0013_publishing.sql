-- Where CRLs are published, and who lets the service use buckets.

-- An account's leave to publish in its buckets.
CREATE TABLE agencies (
    account    TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    id         TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- Which authority took which place. Certificates name it, so rows stay when the authority goes.
-- `id` is the bucket and the name with a slash between them.
CREATE TABLE crl_places (
    id        TEXT   NOT NULL PRIMARY KEY,
    version   BIGINT NOT NULL,
    bucket    TEXT   NOT NULL,
    name      TEXT   NOT NULL,
    authority TEXT   NOT NULL,
    account   TEXT   NOT NULL,
    taken_at  BIGINT NOT NULL
);
CREATE INDEX crl_places_by_authority ON crl_places (authority, taken_at);
