-- Certificates that authorities issue to others. How authorities are paid for, and whether OCSP tells
-- of what they issued. An authority whose key is not here has an empty `key_id`.

ALTER TABLE authorities ADD COLUMN charging TEXT NOT NULL DEFAULT 'pay_per_use';
ALTER TABLE authorities ADD COLUMN ocsp TEXT NOT NULL DEFAULT 'off';

CREATE TABLE private_certificates (
    id                  TEXT   NOT NULL PRIMARY KEY,
    version             BIGINT NOT NULL,
    account             TEXT   NOT NULL,
    issuer              TEXT   NOT NULL,
    issuer_name         TEXT   NOT NULL,
    common_name         TEXT   NOT NULL,
    country             TEXT   NOT NULL,
    province            TEXT   NOT NULL,
    locality            TEXT   NOT NULL,
    organization        TEXT   NOT NULL,
    organizational_unit TEXT   NOT NULL,
    key_algorithm       TEXT   NOT NULL,
    hash                TEXT   NOT NULL,
    generation_mode     TEXT   NOT NULL,
    serial              TEXT   NOT NULL,
    not_before          BIGINT NOT NULL,
    not_after           BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    enterprise_project  TEXT   NOT NULL,
    key_id              TEXT,
    encryption_serial   TEXT,
    encryption_key_id   TEXT,
    shard               BIGINT,
    revoked_at          BIGINT,
    revocation_reason   BIGINT
);

-- Their bytes: not among what a list passes over. Only the entries of its page are read here.
CREATE TABLE private_certificate_contents (
    certificate    TEXT NOT NULL PRIMARY KEY,
    der            BLOB NOT NULL,
    encryption_der BLOB
);

-- The key begins with the certificate, and is the table's own order: a row is not stored twice.
-- `account` repeats the certificate's owner.
CREATE TABLE certificate_tags (
    certificate TEXT NOT NULL,
    key         TEXT NOT NULL,
    value       TEXT NOT NULL,
    account     TEXT NOT NULL,
    PRIMARY KEY (certificate, key)
) WITHOUT ROWID;

-- Every serial number that an authority here ever gave, to authorities and to others. Rows stay when
-- the certificate or its issuer goes: no number comes twice (RFC 5280 4.1.2.2), and OCSP still knows
-- what was issued.
CREATE TABLE serials (
    issuer    TEXT   NOT NULL,
    serial    TEXT   NOT NULL,
    not_after BIGINT NOT NULL,
    PRIMARY KEY (issuer, serial)
) WITHOUT ROWID;
INSERT INTO serials (issuer, serial, not_after)
    SELECT issuer_id, serial, not_after FROM authorities WHERE issuer = 'authority';
-- Of authorities that are gone only what was revoked is known by its issuer.
INSERT INTO serials (issuer, serial, not_after)
    SELECT issuer, serial, not_after FROM revocations WHERE true
    ON CONFLICT (issuer, serial) DO NOTHING;
-- Of the others, the certificate and its issuer's key identifier.
INSERT INTO serials (issuer, serial, not_after)
    SELECT issuers.id, certificates.serial, issuers.not_after
    FROM certificates
    JOIN authorities AS issuers ON issuers.key_identifier = certificates.issuer_key
    WHERE certificates.authority <> issuers.id
    ON CONFLICT (issuer, serial) DO NOTHING;
