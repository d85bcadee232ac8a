//! No row without its owner, whether or not the tables declare it.

use super::Claim;

/// Table, the identifier of its row, the column that names the owner, the owner's table and its key. What
/// is absent has no owner.
const OWNED: &[(&str, &str, &str, &str, &str)] = &[
    ("projects", "id", "account", "accounts", "id"),
    ("users", "id", "account", "accounts", "id"),
    ("access_keys", "access", "user_id", "users", "id"),
    ("access_keys", "access", "account", "accounts", "id"),
    ("tokens", "digest", "user_id", "users", "id"),
    ("tokens", "digest", "account", "accounts", "id"),
    ("tokens", "digest", "project", "projects", "id"),
    ("temporary_keys", "access", "token", "tokens", "digest"),
    ("temporary_keys", "access", "user_id", "users", "id"),
    ("temporary_keys", "access", "account", "accounts", "id"),
    ("user_groups", "id", "account", "accounts", "id"),
    ("memberships", "id", "group_id", "user_groups", "id"),
    ("memberships", "id", "user_id", "users", "id"),
    ("memberships", "id", "account", "accounts", "id"),
    ("policies", "id", "account", "accounts", "id"),
    ("policy_versions", "policy", "policy", "policies", "id"),
    ("attachments", "id", "account", "accounts", "id"),
    ("attachments", "id", "user_id", "users", "id"),
    ("attachments", "id", "group_id", "user_groups", "id"),
    ("attachments", "id", "custom", "policies", "id"),
    ("companies", "account", "account", "accounts", "id"),
    ("agencies", "account", "account", "accounts", "id"),
    ("authorities", "id", "account", "accounts", "id"),
    ("authorities", "id", "project", "projects", "id"),
    ("authorities", "id", "issuer_id", "certificates", "authority"),
    ("authority_tags", "authority", "authority", "authorities", "id"),
    ("imported_chains", "authority", "authority", "authorities", "id"),
    ("workspace_transactions", "id", "account", "accounts", "id"),
    ("workspace_transactions", "id", "project", "projects", "id"),
    ("workspace_transactions", "id", "authority", "authorities", "id"),
    ("responders", "authority", "authority", "authorities", "id"),
    ("responders", "authority", "key_id", "keys", "id"),
    ("keys", "id", "account", "accounts", "id"),
    ("csrs", "id", "account", "accounts", "id"),
    ("csrs", "id", "key_id", "keys", "id"),
    ("csr_requests", "csr", "csr", "csrs", "id"),
    ("csrs", "id", "id", "csr_requests", "csr"),
    ("private_certificates", "id", "account", "accounts", "id"),
    ("private_certificates", "id", "id", "private_certificate_contents", "certificate"),
    ("private_certificate_contents", "certificate", "certificate", "private_certificates", "id"),
    ("private_certificates", "id", "key_id", "keys", "id"),
    ("private_certificates", "id", "encryption_key_id", "keys", "id"),
    ("private_certificates", "id", "issuer", "certificates", "authority"),
    ("certificate_tags", "certificate", "certificate", "private_certificates", "id"),
    ("crl_chunks", "body", "body", "crl_bodies", "id"),
    ("crl_heads", "list", "body", "crl_bodies", "id"),
    ("crl_heads", "list", "authority", "certificates", "authority"),
    ("revocations", "serial", "issuer", "certificates", "authority"),
];

/// Keys, by their purpose, and who can own them.
const KEYS: &[(&str, &str)] = &[
    (
        "authority",
        "SELECT key_id FROM authorities UNION ALL SELECT key_id FROM workspace_transactions",
    ),
    (
        "certificate",
        "SELECT key_id FROM private_certificates WHERE key_id IS NOT NULL
         UNION ALL SELECT encryption_key_id FROM private_certificates
         WHERE encryption_key_id IS NOT NULL",
    ),
    ("csr", "SELECT key_id FROM csrs WHERE key_id IS NOT NULL"),
    ("responder", "SELECT key_id FROM responders"),
];

pub(super) fn claims() -> Vec<Claim> {
    let mut claims: Vec<Claim> = OWNED
        .iter()
        .map(|&(table, id, column, owner, key)| {
            let sql = format!(
                "SELECT owned.{id} FROM {table} AS owned WHERE owned.{column} IS NOT NULL
                 AND NOT EXISTS (SELECT 1 FROM {owner} AS owner WHERE owner.{key} = owned.{column})"
            );
            Claim::new(table, fault(owner), sql)
        })
        .collect();
    claims.push(Claim::new(
        "authorities",
        "names a key that is not there",
        "SELECT id FROM authorities WHERE key_id <> ''
         AND NOT EXISTS (SELECT 1 FROM keys WHERE keys.id = authorities.key_id)",
    ));
    claims.push(Claim::new(
        "authorities",
        "was issued, and its certificate is not there",
        "SELECT id FROM authorities WHERE state = 'issued' AND NOT EXISTS
             (SELECT 1 FROM certificates WHERE certificates.authority = authorities.id)",
    ));
    claims.push(Claim::new(
        "private_certificates",
        "has the serial number or the octets of a second certificate without the other",
        "SELECT c.id FROM private_certificates AS c
         JOIN private_certificate_contents AS o ON o.certificate = c.id
         WHERE (c.encryption_serial IS NULL) <> (o.encryption_der IS NULL)",
    ));
    claims.extend(KEYS.iter().map(|(purpose, owners)| {
        let sql = format!(
            "SELECT keys.id FROM keys LEFT JOIN ({owners}) AS owners ON owners.key_id = keys.id
             WHERE keys.purpose = '{purpose}' AND owners.key_id IS NULL"
        );
        Claim::new("keys", "belongs to nothing", sql)
    }));
    claims
}

fn fault(owner: &str) -> &'static str {
    match owner {
        "accounts" => "names an account that is not there",
        "keys" => "names a key that is not there",
        "crl_bodies" => "names the body of a CRL that is not there",
        "certificates" => "names an issuer whose certificate is not there",
        "private_certificate_contents" => "has no octets",
        "csr_requests" => "has no text",
        _ => "names an owner that is not there",
    }
}
