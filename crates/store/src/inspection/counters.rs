//! Counters say how many rows there are.

use super::Claim;

/// What is counted, and the rows by whom they are counted for.
const COUNTED: &[(&str, &str)] = &[
    ("certificates", "SELECT account AS scope FROM private_certificates"),
    ("authorities", "SELECT account AS scope FROM authorities WHERE home = 'private_ca'"),
    ("csrs", "SELECT account AS scope FROM csrs"),
    ("groups", "SELECT account AS scope FROM user_groups"),
    ("groups_of_user", "SELECT user_id AS scope FROM memberships"),
    ("policies", "SELECT account AS scope FROM policies"),
    ("policies_attached", "SELECT coalesce(user_id, group_id) AS scope FROM attachments"),
    ("users", "SELECT account AS scope FROM users WHERE standing <> 'owner'"),
    (
        "workspace_authorities",
        "SELECT project AS scope FROM authorities WHERE home = 'workspace'
         UNION ALL SELECT project FROM workspace_transactions WHERE state = 'pending'",
    ),
];

pub(super) fn claims() -> Vec<Claim> {
    let mut claims: Vec<Claim> = COUNTED
        .iter()
        .map(|(quota, rows)| {
            let sql = format!(
                "SELECT '{quota} of ' || coalesce(counted.scope, kept.scope) FROM
                     (SELECT scope, count(*) AS used FROM ({rows}) AS rows GROUP BY scope) AS counted
                     FULL JOIN
                     (SELECT scope, CAST(sum(used) AS BIGINT) AS used FROM counters
                      WHERE quota = '{quota}' GROUP BY scope) AS kept
                     ON kept.scope = counted.scope
                 WHERE coalesce(kept.used, 0) <> coalesce(counted.used, 0)"
            );
            Claim::new("counters", "is another number than that of the rows", sql)
        })
        .collect();
    claims.push(Claim::new(
        "counters",
        "is below the number of certificates that point to shards",
        "SELECT 'sharded of ' || issued.issuer FROM
             (SELECT issuer, count(*) AS used FROM private_certificates
              WHERE shard IS NOT NULL GROUP BY issuer) AS issued
         WHERE issued.used > coalesce(
             (SELECT CAST(sum(used) AS BIGINT) FROM counters
              WHERE quota = 'sharded' AND scope = issued.issuer), 0)",
    ));
    claims.push(Claim::new(
        "certificate_tag_uses",
        "is another number than that of the certificates with the tag",
        "SELECT coalesce(tags.key, uses.key) FROM
             (SELECT account, key, value, count(*) AS uses FROM certificate_tags
              GROUP BY account, key, value) AS tags
             FULL JOIN certificate_tag_uses AS uses
             ON uses.account = tags.account AND uses.key = tags.key AND uses.value = tags.value
         WHERE coalesce(uses.uses, 0) <> coalesce(tags.uses, 0)",
    ));
    claims
}
