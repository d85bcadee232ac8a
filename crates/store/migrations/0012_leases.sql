-- Leases on the work that servers do by themselves, each piece once. Times are those of the
-- database's own clock, in milliseconds since 1970. A row is never removed: its version is a fence, and
-- must not come again.

CREATE TABLE leases (
    name       TEXT   NOT NULL PRIMARY KEY,
    version    BIGINT NOT NULL,
    holder     TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    failures   BIGINT NOT NULL,
    last_error TEXT
);
