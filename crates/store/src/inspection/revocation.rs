//! Serial numbers, and what was revoked of them.

use super::Claim;

pub(super) fn claims() -> Vec<Claim> {
    vec![
        Claim::new(
            "private_certificates",
            "has a serial number that is not recorded for its issuer",
            "SELECT id FROM private_certificates AS c WHERE NOT EXISTS
                 (SELECT 1 FROM serials AS s WHERE s.issuer = c.issuer AND s.serial = c.serial)
                 OR c.encryption_serial IS NOT NULL AND NOT EXISTS
                 (SELECT 1 FROM serials AS s
                  WHERE s.issuer = c.issuer AND s.serial = c.encryption_serial)",
        ),
        Claim::new(
            "authorities",
            "has a serial number that is not recorded for its issuer",
            "SELECT id FROM authorities AS a WHERE a.issuer = 'authority' AND NOT EXISTS
                 (SELECT 1 FROM serials AS s WHERE s.issuer = a.issuer_id AND s.serial = a.serial)",
        ),
        Claim::new(
            "serials",
            "is the serial number of several certificates of one issuer",
            "SELECT serial FROM (
                 SELECT issuer, serial FROM private_certificates
                 UNION ALL SELECT issuer, encryption_serial FROM private_certificates
                           WHERE encryption_serial IS NOT NULL
                 UNION ALL SELECT issuer_id, serial FROM authorities WHERE issuer = 'authority'
                 UNION ALL SELECT authority, serial FROM responders
             ) AS issued GROUP BY issuer, serial HAVING count(*) > 1",
        ),
        Claim::new(
            "revocations",
            "tells of a serial number that its issuer never gave",
            "SELECT serial FROM revocations AS r WHERE NOT EXISTS
                 (SELECT 1 FROM serials AS s WHERE s.issuer = r.issuer AND s.serial = r.serial)",
        ),
        Claim::new(
            "private_certificates",
            "is revoked, and no revocation says the same",
            "SELECT id FROM private_certificates AS c WHERE revoked_at IS NOT NULL AND NOT EXISTS
                 (SELECT 1 FROM revocations AS r
                  WHERE r.issuer = c.issuer AND r.serial = c.serial
                        AND r.revoked_at = c.revoked_at AND r.reason = c.revocation_reason)
             OR revoked_at IS NOT NULL AND encryption_serial IS NOT NULL AND NOT EXISTS
                 (SELECT 1 FROM revocations AS r
                  WHERE r.issuer = c.issuer AND r.serial = c.encryption_serial
                        AND r.revoked_at = c.revoked_at AND r.reason = c.revocation_reason)",
        ),
        Claim::new(
            "private_certificates",
            "is not revoked, and a revocation says that it is",
            "SELECT id FROM private_certificates AS c WHERE revoked_at IS NULL AND EXISTS
                 (SELECT 1 FROM revocations AS r
                  WHERE r.issuer = c.issuer AND r.serial = c.serial)
             OR revoked_at IS NULL AND encryption_serial IS NOT NULL AND EXISTS
                 (SELECT 1 FROM revocations AS r
                  WHERE r.issuer = c.issuer AND r.serial = c.encryption_serial)",
        ),
        Claim::new(
            "authorities",
            "is not revoked, and a revocation says that it is",
            "SELECT id FROM authorities AS a WHERE phase <> 'revoked' AND issuer = 'authority'
             AND EXISTS
                 (SELECT 1 FROM revocations AS r
                  WHERE r.issuer = a.issuer_id AND r.serial = a.serial)",
        ),
        Claim::new(
            "responders",
            "has a serial number that is not recorded for its issuer",
            "SELECT authority FROM responders AS o WHERE NOT EXISTS
                 (SELECT 1 FROM serials AS s WHERE s.issuer = o.authority AND s.serial = o.serial)",
        ),
        Claim::new(
            "authorities",
            "is revoked, and no revocation says the same",
            "SELECT id FROM authorities AS a WHERE phase = 'revoked' AND issuer = 'authority'
             AND NOT EXISTS
                 (SELECT 1 FROM revocations AS r
                  WHERE r.issuer = a.issuer_id AND r.serial = a.serial
                        AND r.revoked_at = a.revoked_at AND r.reason = a.revocation_reason)",
        ),
        Claim::new(
            "crl_heads",
            "has not all the octets of its CRL",
            "SELECT list FROM crl_heads AS h WHERE body IS NOT NULL AND
                 (SELECT count(*) FROM crl_chunks AS c WHERE c.body = h.body) <> h.chunks
                 OR body IS NOT NULL AND
                 (SELECT coalesce(sum(length(octets)), 0) FROM crl_chunks AS c
                  WHERE c.body = h.body) <> h.octets",
        ),
    ]
}
