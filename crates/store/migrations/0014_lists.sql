-- One index for each order of the lists of certificates. Each has all that their filters look at, so
-- that what a page passes over is told from the index alone.
CREATE INDEX private_certificates_by_creation ON private_certificates
    (account, created_at, id, common_name, enterprise_project, revoked_at, not_after);
CREATE INDEX private_certificates_by_name ON private_certificates
    (account, common_name, id, enterprise_project, revoked_at, not_after);
CREATE INDEX private_certificates_by_issuer_name ON private_certificates
    (account, issuer_name, id, common_name, enterprise_project, revoked_at, not_after);
CREATE INDEX private_certificates_by_end ON private_certificates
    (account, not_after, id, common_name, enterprise_project, revoked_at);

-- And for what few certificates are: revoked, in a project of their own. The expired ones are at the
-- beginning of those by their end.
CREATE INDEX private_certificates_revoked ON private_certificates (account, revoked_at)
    WHERE revoked_at IS NOT NULL;
CREATE INDEX private_certificates_of_projects ON private_certificates
    (account, enterprise_project);

CREATE INDEX certificate_tags_by_value ON certificate_tags (account, key, value, certificate);
CREATE INDEX certificate_tags_by_key ON certificate_tags (account, key, certificate, value);

-- How many certificates have a tag: a search by one key counts nothing, and the tags of an account
-- are listed without reading a million rows. No row says zero.
CREATE TABLE certificate_tag_uses (
    account TEXT   NOT NULL,
    key     TEXT   NOT NULL,
    value   TEXT   NOT NULL,
    uses    BIGINT NOT NULL,
    PRIMARY KEY (account, key, value)
) WITHOUT ROWID;
INSERT INTO certificate_tag_uses (account, key, value, uses)
    SELECT account, key, value, count(*) FROM certificate_tags GROUP BY account, key, value;
