-- Who signs the OCSP answers of an authority. The serial numbers of their certificates are among those
-- of their issuers, in `serials`.

CREATE TABLE responders (
    authority   TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    account     TEXT   NOT NULL,
    key_id      TEXT   NOT NULL,
    serial      TEXT   NOT NULL,
    not_after   BIGINT NOT NULL,
    renew_at    BIGINT NOT NULL,
    certificate BLOB   NOT NULL
);
CREATE INDEX responders_by_renewal ON responders (renew_at, authority);
