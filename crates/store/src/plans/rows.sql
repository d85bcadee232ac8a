-- A database that has been in use for years: what grows has thousands of rows, one account has an
-- eighth of all, and two hundred share the rest.

CREATE FUNCTION plain(kind INTEGER, i BIGINT) RETURNS TEXT IMMUTABLE LANGUAGE sql
    RETURN lpad(to_hex(kind), 4, '0') || lpad(to_hex(i), 28, '0');
CREATE FUNCTION dashed(kind INTEGER, i BIGINT) RETURNS TEXT IMMUTABLE LANGUAGE sql
    RETURN CAST(CAST(plain(kind, i) AS UUID) AS TEXT);
CREATE FUNCTION owner(i BIGINT) RETURNS TEXT IMMUTABLE LANGUAGE sql
    RETURN plain(1, CASE WHEN i % 8 = 0 THEN 1 ELSE 2 + (i / 8) % 200 END);
CREATE FUNCTION digest_of(i BIGINT) RETURNS TEXT IMMUTABLE LANGUAGE sql
    RETURN encode(sha256(CAST(CAST(i AS TEXT) AS BYTEA)), 'hex');

INSERT INTO accounts (id, version, name, state, created_at)
SELECT plain(1, i), 1, 'account ' || i, 'enabled', i FROM generate_series(1, 5000) AS i;

INSERT INTO projects (id, version, account, name, description, state, created_at)
SELECT plain(2, i), 1, owner(i), 'project ' || i, '', 'enabled', i FROM generate_series(1, 10000) AS i;

INSERT INTO users (id, version, account, name, password_hash, state, created_at, standing)
SELECT plain(3, i), 1, owner(i), 'user ' || i, '', CASE WHEN i % 50 = 0 THEN 'disabled' ELSE 'enabled' END,
    i, 'member'
FROM generate_series(1, 20000) AS i;

INSERT INTO access_keys (access, version, user_id, account, sealed_secret, state, created_at)
SELECT 'AK' || i, 1, plain(3, i), owner(i), '\x00', 'enabled', i FROM generate_series(1, 20000) AS i;

INSERT INTO tokens (digest, version, user_id, account, methods, issued_at, expires_at)
SELECT digest_of(i), 1, plain(3, i), owner(i), 'password', i, i FROM generate_series(1, 20000) AS i;

INSERT INTO temporary_keys (access, version, token, user_id, account, slot, sealed_secret, security_token,
    created_at, expires_at)
SELECT 'TK' || i, 1, digest_of(i), plain(3, i), owner(i), 0, '\x00', digest_of(-i), i, i
FROM generate_series(1, 10000) AS i;

INSERT INTO user_groups (id, version, account, name, description, created_at)
SELECT plain(4, i), 1, owner(i), 'group ' || i, '', i FROM generate_series(1, 10000) AS i;

INSERT INTO memberships (id, version, group_id, user_id, account, created_at)
SELECT plain(4, g) || '/' || plain(3, i), 1, plain(4, g), plain(3, i), owner(i), i
FROM generate_series(1, 20000) AS i, LATERAL (SELECT 1 + i * 7 % 10000 AS g) AS its;

INSERT INTO policies (id, version, account, name, description, kind, default_version, latest_version,
    created_at, updated_at)
SELECT plain(5, i), 1, owner(i), 'policy ' || i, '', 'identity', 1, 1, i, i
FROM generate_series(1, 40000) AS i;

INSERT INTO policy_versions (policy, number, document, created_at)
SELECT plain(5, i), n, '{}', i FROM generate_series(1, 40000) AS i, generate_series(1, 2) AS n;

INSERT INTO attachments (id, version, account, user_id, group_id, policy, custom, reach, created_at)
SELECT plain(3, i) || '/' || plain(5, p) || '/everywhere', 1, owner(i),
    CASE WHEN i % 3 > 0 THEN plain(3, i) END, CASE WHEN i % 3 = 0 THEN plain(4, 1 + i % 10000) END,
    plain(5, p), plain(5, p), 'everywhere', i
FROM generate_series(1, 20000) AS i, LATERAL (SELECT 1 + i * 3 % 40000 AS p) AS its;

-- Every tenth waits for its certificate; of the others every twentieth is disabled, revoked or to go.
INSERT INTO authorities (id, version, account, home, project, kind, common_name, country, province,
    locality, organization, organizational_unit, key_id, key_algorithm, key_usage, enterprise_project,
    created_at, state, issuer, issuer_id, issuer_name, generation_mode, hash, serial, not_before,
    not_after, path_length, key_identifier, subject, subject_key, request, phase, delete_at, revoked_at,
    revocation_reason)
SELECT dashed(6, i), 1, owner(i), home, CASE WHEN home = 'workspace' THEN plain(2, i) END,
    CASE WHEN i % 3 = 0 THEN 'root' ELSE 'subordinate' END, 'authority ' || i % 1000, 'DE', '', '', '', '',
    dashed(7, i), 'EC256', 'keyCertSign,cRLSign', CASE WHEN i % 100 = 0 THEN 'p' ELSE '0' END, i,
    CASE WHEN waits THEN 'pending' ELSE 'issued' END, CASE WHEN NOT waits THEN 'itself' END, NULL, NULL,
    CASE WHEN NOT waits THEN 'generate' END, CASE WHEN NOT waits THEN 'SHA256' END,
    CASE WHEN NOT waits THEN to_hex(i + 268435456) END, CASE WHEN NOT waits THEN 0 END,
    CASE WHEN NOT waits THEN i * 100 END, CASE WHEN NOT waits THEN 0 END,
    CASE WHEN NOT waits THEN sha256(CAST('key ' || i AS BYTEA)) END,
    CASE WHEN NOT waits THEN CAST('\x3000' AS BYTEA) END,
    CASE WHEN NOT waits THEN CAST('subject ' || i AS BYTEA) END,
    CASE WHEN waits THEN CAST('\x3000' AS BYTEA) END, phase,
    CASE WHEN phase = 'deletion_scheduled' THEN i END, CASE WHEN phase = 'revoked' THEN i END,
    CASE WHEN phase = 'revoked' THEN 0 END
FROM generate_series(1, 20000) AS i, LATERAL (
    SELECT i % 20 = 3 OR i % 20 = 8 AS waits,
        CASE i % 40 WHEN 16 THEN 'disabled' WHEN 24 THEN 'revoked' WHEN 32 THEN 'deletion_scheduled'
            ELSE 'active' END AS phase,
        CASE WHEN i % 30 = 2 THEN 'workspace' WHEN i % 200 = 160 THEN 'outside' ELSE 'private_ca' END AS home
) AS its;

INSERT INTO certificates (authority, issuer_key, serial, der)
SELECT id, sha256(CAST(id AS BYTEA)), serial, '\x3000' FROM authorities WHERE state = 'issued';

INSERT INTO imported_chains (authority, position, der, public_key)
SELECT id, 1, '\x3000', sha256(CAST(id || 1 AS BYTEA)) FROM authorities
WHERE state = 'issued' AND created_at % 4 = 0;

INSERT INTO authority_tags (authority, key, value, account)
SELECT id, key, CASE WHEN key = 'team' THEN 'v' || created_at % 100 ELSE '' END, account
FROM authorities, unnest(ARRAY['team', 'rare']) AS key
WHERE created_at % 4 < 2 AND (key = 'team' OR created_at % 100 = 0);

INSERT INTO keys (id, version, account, purpose, algorithm, public_key, sealed)
SELECT dashed(7, i), 1, owner(i), CASE WHEN i <= 20000 THEN 'authority' ELSE 'certificate' END, 'EC256',
    sha256(CAST('key ' || i AS BYTEA)), '\x00'
FROM generate_series(1, 40000) AS i;

INSERT INTO csrs (id, version, account, name, domain_name, sans, algorithm, usage, country, province, city,
    company_name, key_id, created_at, updated_at)
SELECT plain(8, i), 1, owner(i), 'request ' || i, '', '', CASE WHEN i % 3 = 0 THEN 'SM2' ELSE 'EC256' END,
    'personal', '', '', '', '', NULL, i, i
FROM generate_series(1, 20000) AS i;
INSERT INTO csr_requests (csr, pem) SELECT id, 'a request' FROM csrs;

INSERT INTO workspace_transactions (project, id, version, account, common_name, country, province,
    locality, organization, organizational_unit, key_algorithm, hash, key_id, created_at, state, authority,
    request)
SELECT plain(2, 1 + i % 1000), 'transaction-' || i, 1, owner(1 + i % 1000), 'x', 'DE', '', '', '', '',
    'EC256', 'SHA256', dashed(7, i), i, CASE WHEN i % 10 = 0 THEN 'pending' ELSE 'consumed' END,
    CASE WHEN i % 10 <> 0 THEN dashed(6, i) END, '\x3000'
FROM generate_series(1, 10000) AS i;

-- One in twenty has ended, one in fifty is revoked, one in a hundred is of another enterprise project.
INSERT INTO private_certificates (id, version, account, issuer, issuer_name, common_name, country, province,
    locality, organization, organizational_unit, key_algorithm, hash, generation_mode, serial, not_before,
    not_after, created_at, enterprise_project, key_id, shard, revoked_at, revocation_reason)
SELECT dashed(9, i), 1, owner(i), dashed(6, CASE WHEN i % 8 = 0 THEN 40 ELSE 50 + i % 1000 END),
    'issuer ' || i % 50, 'name ' || i % 5000, 'DE', 'Berlin', 'Mitte', 'Example', '', 'EC256', 'SHA256',
    'csr', to_hex(i + 268435456), 0, CASE WHEN i % 20 = 4 THEN i ELSE 1000000 + i END, i,
    CASE WHEN i % 100 = 8 THEN 'p' ELSE '0' END, NULL, NULL, CASE WHEN i % 50 = 6 THEN i END,
    CASE WHEN i % 50 = 6 THEN 0 END
FROM generate_series(1, 100000) AS i;

INSERT INTO private_certificate_contents (certificate, der)
SELECT id, sha512(CAST(id AS BYTEA)) || sha512(CAST(serial AS BYTEA)) FROM private_certificates;

INSERT INTO certificate_tags (certificate, key, value, account)
SELECT id, key, CASE WHEN key = 'team' THEN 'v' || created_at % 10 ELSE 'w' || created_at END, account
FROM private_certificates, unnest(ARRAY['team', 'rare']) AS key
WHERE key = 'team' OR created_at % 25 = 0;

INSERT INTO certificate_tag_uses (account, key, value, uses)
SELECT account, key, value, count(*) FROM certificate_tags GROUP BY account, key, value;

INSERT INTO serials (issuer, serial, not_after) SELECT issuer, serial, not_after FROM private_certificates;

INSERT INTO revocations (issuer, serial, version, account, revoked_at, reason, not_after, shard)
SELECT issuer, serial, 1, account, 1, 0, not_after, CASE WHEN created_at % 4 = 0 THEN 1 END
FROM private_certificates WHERE created_at % 5 = 0;

INSERT INTO crls (authority, version, account, enabled, url, valid_days, bucket, object)
SELECT id, 1, account, 1, NULL, 7, 'crl', id FROM authorities WHERE state = 'issued';

INSERT INTO crl_bodies (id, idle_since)
SELECT dashed(10, i), i FROM generate_series(1, 20000) AS i;
INSERT INTO crl_chunks (body, number, octets) SELECT id, 0, '\x3000' FROM crl_bodies;

INSERT INTO crl_heads (list, version, authority, account, names, number, this_update, next_update, through,
    finality, body, octets, chunks, due_at, published)
SELECT id, 1, id, account, 'http://crl.example/' || id, 1, 0, 1000000, 0, 'more', dashed(10, created_at), 2,
    1, 1000000 + created_at, CASE WHEN created_at % 1000 = 0 THEN 0 ELSE 1 END
FROM authorities WHERE state = 'issued';

INSERT INTO crl_places (id, version, bucket, name, authority, account, taken_at)
SELECT 'crl/' || id, 1, 'crl', id, id, account, created_at FROM authorities;

INSERT INTO responders (authority, version, account, key_id, serial, not_after, renew_at, certificate)
SELECT id, 1, account, key_id, to_hex(created_at + 268435456), 1000000, 1000000 + created_at, '\x3000'
FROM authorities WHERE state = 'issued';

INSERT INTO counters (quota, scope, used)
SELECT 'certificates', account, count(*) FROM private_certificates GROUP BY account
UNION ALL SELECT 'authorities', account, count(*) FROM authorities GROUP BY account
UNION ALL SELECT 'unpublished', id, 1 FROM authorities WHERE created_at % 1000 = 0
UNION ALL SELECT 'sharded', id, 1 FROM authorities;

INSERT INTO leases (name, version, holder, expires_at, due_at, failures)
SELECT 'crl/' || id, 1, '', 0, 0, 0 FROM authorities;

INSERT INTO audit_events (change_id, position, at, account, actor_kind, request_id, action, object, outcome,
    count)
SELECT dashed(11, i), 0, i, owner(i), 'server', 'r', 'create_certificate', dashed(9, i), 'done', 1
FROM generate_series(1, 60000) AS i;
