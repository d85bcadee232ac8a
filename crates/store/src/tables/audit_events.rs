//! The table `audit_events`: the trail.

use std::net::IpAddr;

use iam::{EventPosition, RecordedEvent};
use ledger::{AccountId, Actor, AuditEvent, ChangeId, Origin, UserId};

use super::columns::Columns;
use super::texts::Text;
use crate::sql::{self, Connection, params};

/// How many events one page has at most.
const PAGE: u32 = 1000;

const COLUMNS: &str = "change_id, position, at, account, actor_kind, actor, address, request_id, \
     action, object, outcome, detail, count";

/// Which audit events to read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct AuditFilter {
    /// Only those about objects of this account.
    pub account: Option<AccountId>,
    /// Only those older than this one; `None` starts with the newest.
    pub after: Option<EventPosition>,
    /// How many at most; a page never has more than 1000.
    pub limit: u32,
}

/// Writes the events of a change set; refused when the change set is there already.
pub(crate) fn insert(
    connection: &Connection,
    change: ChangeId,
    events: &[AuditEvent],
) -> sql::Result<()> {
    let sql = format!(
        "INSERT INTO audit_events ({COLUMNS})
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    let change = change.to_string();
    let mut statement = connection.prepare_cached(&sql)?;
    for (position, event) in (0_i64..).zip(events) {
        let (kind, actor) = actor_columns(&event.origin.actor);
        statement.execute(params![
            change,
            position,
            event.at.as_millis(),
            event.account.as_ref().map(AccountId::to_string),
            kind,
            actor,
            event.origin.address.as_ref().map(IpAddr::to_string),
            event.origin.request_id,
            event.action,
            event.object,
            event.outcome.text(),
            event.detail,
            event.count,
        ])?;
    }
    Ok(())
}

/// Whether the change set `id` is there.
pub(crate) fn told(connection: &Connection, id: ChangeId) -> sql::Result<bool> {
    connection
        .prepare_cached("SELECT 1 FROM audit_events WHERE change_id = ?1 AND position = 0")?
        .exists([id.to_string()])
}

/// One page of the trail, newest first.
pub(crate) fn page(
    connection: &Connection,
    filter: &AuditFilter,
) -> sql::Result<Vec<RecordedEvent>> {
    // Each condition only where it is asked for, so that every form has its index.
    let account = filter.account.map_or("", |_| "AND account = ?1");
    let after = filter.after.map_or("", |_| "AND (change_id, position) < (?2, ?3)");
    let sql = format!(
        "SELECT {COLUMNS} FROM audit_events
         WHERE 1 = 1 {account} {after}
         ORDER BY change_id DESC, position DESC LIMIT ?4"
    );
    let params = params![
        filter.account.as_ref().map(AccountId::to_string),
        filter.after.map(|after| after.change.to_string()),
        filter.after.map(|after| after.index),
        filter.limit.min(PAGE),
    ];
    connection.prepare_cached(&sql)?.query_map(params, from_row)?.collect()
}

fn from_row(row: &sql::Row<'_>) -> sql::Result<RecordedEvent> {
    let columns = &mut Columns::of(row);
    Ok(RecordedEvent {
        position: EventPosition { change: columns.parse()?, index: columns.take()? },
        at: columns.time()?,
        account: columns.parse_optional()?,
        origin: Origin {
            actor: actor(columns)?,
            address: columns.parse_optional()?,
            request_id: columns.take()?,
        },
        action: columns.take()?,
        object: columns.take()?,
        outcome: columns.choose()?,
        detail: columns.take()?,
        count: columns.take()?,
    })
}

fn actor(columns: &mut Columns<'_>) -> sql::Result<Actor> {
    let kind: String = columns.take()?;
    let who: Option<String> = columns.take()?;
    let actor = match (kind.as_str(), who) {
        ("anonymous", name) => Some(Actor::Anonymous(name)),
        ("operating_system", Some(uid)) => uid.parse().ok().map(Actor::OperatingSystem),
        ("server", None) => Some(Actor::Server),
        ("user", Some(id)) => id.parse().ok().map(Actor::User),
        _ => None,
    };
    actor.ok_or_else(|| columns.impossible("actor of an event"))
}

/// The values of the columns `actor_kind` and `actor`.
fn actor_columns(actor: &Actor) -> (&'static str, Option<String>) {
    match actor {
        Actor::Anonymous(name) => ("anonymous", name.clone()),
        Actor::OperatingSystem(uid) => ("operating_system", Some(uid.to_string())),
        Actor::Server => ("server", None),
        Actor::User(id) => ("user", Some(UserId::to_string(id))),
    }
}
