-- Access keys with a description, two for a user at most: each has a slot of its own, and until now
-- a user had one. Temporary access keys, which go with the token they were made from.

ALTER TABLE access_keys ADD COLUMN slot BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_keys ADD COLUMN description TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX access_keys_slot ON access_keys (user_id, slot);

CREATE TABLE temporary_keys (
    access         TEXT   NOT NULL PRIMARY KEY,
    version        BIGINT NOT NULL,
    token          TEXT   NOT NULL REFERENCES tokens (digest) ON DELETE CASCADE,
    user_id        TEXT   NOT NULL,
    account        TEXT   NOT NULL,
    slot           BIGINT NOT NULL,
    sealed_secret  BLOB   NOT NULL,
    security_token TEXT   NOT NULL,
    policy         TEXT,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    UNIQUE (user_id, slot)
);
CREATE INDEX temporary_keys_token ON temporary_keys (token);
CREATE INDEX temporary_keys_expiry ON temporary_keys (expires_at, access);
