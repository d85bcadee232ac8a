//! Every status has the event of the audit trail that brought it.

use super::Claim;

/// Table, which of its rows, what is missing, and which events bring such rows.
const TOLD: &[(&str, &str, &str, &str)] = &[
    (
        "private_certificates",
        "true",
        "has no event that tells of its issue",
        "('create_certificate', 'create_certificate_by_csr')",
    ),
    (
        "private_certificates",
        "t.revoked_at IS NOT NULL",
        "is revoked without an event",
        "('revoke_certificate')",
    ),
    (
        "authorities",
        "t.home <> 'outside'",
        "has no event that tells of its making",
        "('create_authority', 'create_workspace_authority', 'order_authority',
          'import_workspace_authority', 'import_authority', 'activate_authority')",
    ),
    ("authorities", "t.phase = 'revoked'", "is revoked without an event", "('revoke_authority')"),
    (
        "authorities",
        "t.phase = 'disabled'",
        "is disabled without an event",
        "('disable_authority', 'disable_workspace_authority')",
    ),
    (
        "authorities",
        "t.phase = 'deletion_scheduled'",
        "is to be deleted without an event",
        "('delete_authority')",
    ),
    ("csrs", "true", "has no event that tells of its making", "('create_csr', 'upload_csr')"),
];

pub(super) fn claims() -> Vec<Claim> {
    let told = TOLD.iter().map(|&(table, which, fault, actions)| {
        let sql = format!(
            "SELECT t.id FROM {table} AS t LEFT JOIN
                 (SELECT DISTINCT object FROM audit_events
                  WHERE outcome = 'done' AND action IN {actions}) AS told ON told.object = t.id
             WHERE told.object IS NULL AND {which}"
        );
        Claim::new(table, fault, sql)
    });
    told.collect()
}
