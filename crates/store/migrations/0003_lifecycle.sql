-- What becomes of authorities after they have their certificate: disabled, to be deleted at a time,
-- revoked. Their tags. What is revoked, for CRLs and OCSP. The state 'active' is called 'issued'
-- now, since an authority that has its certificate is in one of several phases.

ALTER TABLE authorities ADD COLUMN phase TEXT NOT NULL DEFAULT 'active';
ALTER TABLE authorities ADD COLUMN delete_at BIGINT;
ALTER TABLE authorities ADD COLUMN revoked_at BIGINT;
ALTER TABLE authorities ADD COLUMN revocation_reason BIGINT;
UPDATE authorities SET state = 'issued' WHERE state = 'active';

-- One index for each order of the list; all begin with the account.
CREATE INDEX authorities_by_creation
    ON authorities (account, created_at, id) WHERE home = 'private_ca';
CREATE INDEX authorities_by_name
    ON authorities (account, common_name, id) WHERE home = 'private_ca';
CREATE INDEX authorities_by_kind
    ON authorities (account, kind, created_at, id) WHERE home = 'private_ca';
CREATE INDEX authorities_by_end
    ON authorities (account, not_after, id) WHERE home = 'private_ca';

-- What is due for destruction.
CREATE INDEX authorities_due ON authorities (delete_at) WHERE delete_at IS NOT NULL;

CREATE TABLE authority_tags (
    authority TEXT NOT NULL,
    key       TEXT NOT NULL,
    value     TEXT NOT NULL,
    account   TEXT NOT NULL,
    PRIMARY KEY (authority, key)
);
CREATE INDEX authority_tags_account ON authority_tags (account, key, value);

-- Rows stay when the certificate or its issuer goes. In the order of the key a CRL is written.
-- A reason is its code in RFC 5280 (5.3.1).
CREATE TABLE revocations (
    issuer     TEXT   NOT NULL,
    serial     TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    account    TEXT   NOT NULL,
    revoked_at BIGINT NOT NULL,
    reason     BIGINT NOT NULL,
    not_after  BIGINT NOT NULL,
    PRIMARY KEY (issuer, serial)
);
