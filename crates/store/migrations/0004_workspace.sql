-- The CRLs of authorities: what each is to be, and the last one made. An authority without a row is
-- one for which nobody said anything.

CREATE TABLE crls (
    authority   TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    account     TEXT   NOT NULL,
    enabled     BIGINT NOT NULL,
    url         TEXT,
    valid_days  BIGINT NOT NULL,
    number      BIGINT,
    this_update BIGINT,
    next_update BIGINT,
    der         BLOB
);

-- The authorities of a project, and what waits for a certificate longest.
CREATE INDEX authorities_of_projects
    ON authorities (project, created_at, id) WHERE project IS NOT NULL;
CREATE INDEX workspace_transactions_longest
    ON workspace_transactions (created_at, project, id) WHERE state = 'pending';
