//! An audit event as the command line shows it.

use iam::RecordedEvent;
use ledger::{Actor, Outcome, Timestamp};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// RFC 3339 with milliseconds, all of one length.
const FORM: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

/// One line of `cinnabar audit list`.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Event {
    /// When, RFC 3339.
    pub(crate) time: String,
    /// Whose object.
    pub(crate) account: Option<String>,
    /// Who: `user ID`, `os UID`, `server`, or what was claimed.
    pub(crate) actor: String,
    /// What.
    pub(crate) action: String,
    /// Which object.
    pub(crate) object: Option<String>,
    /// `done` or `refused`.
    pub(crate) outcome: String,
    /// From where.
    pub(crate) address: Option<String>,
    /// The request's identifier.
    pub(crate) request_id: String,
    /// For how many equal acts it stands.
    pub(crate) count: u32,
    /// What else is worth knowing.
    pub(crate) detail: Option<String>,
}

impl From<RecordedEvent> for Event {
    fn from(event: RecordedEvent) -> Self {
        Self {
            time: rfc3339(event.at),
            account: event.account.map(|id| id.to_string()),
            actor: match event.origin.actor {
                Actor::Anonymous(None) => "anonymous".to_owned(),
                Actor::Anonymous(Some(claim)) => format!("claimed {claim:?}"),
                Actor::OperatingSystem(uid) => format!("os {uid}"),
                Actor::Server => "server".to_owned(),
                Actor::User(id) => format!("user {id}"),
            },
            action: event.action,
            object: event.object,
            outcome: match event.outcome {
                Outcome::Done => "done".to_owned(),
                Outcome::Refused => "refused".to_owned(),
            },
            address: event.origin.address.map(|address| address.to_string()),
            request_id: event.origin.request_id,
            count: event.count,
            detail: event.detail,
        }
    }
}

pub(crate) fn rfc3339(at: Timestamp) -> String {
    let nanoseconds = i128::from(at.as_millis()) * 1_000_000;
    OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
        .ok()
        .and_then(|time| time.format(FORM).ok())
        .unwrap_or_else(|| at.as_millis().to_string())
}

/// Columns, as wide as what is in them. What others wrote cannot move the cursor.
pub(crate) fn table(events: &[Event]) -> String {
    let heads =
        ["TIME", "ACTOR", "ACTION", "OBJECT", "OUTCOME", "ADDRESS", "COUNT", "REQUEST", "DETAIL"];
    let mut rows = vec![heads.map(str::to_owned)];
    rows.extend(events.iter().map(|event| {
        let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        [
            event.time.clone(),
            event.actor.clone(),
            event.action.clone(),
            shown(&event.object),
            event.outcome.clone(),
            shown(&event.address),
            event.count.to_string(),
            event.request_id.clone(),
            shown(&event.detail),
        ]
        .map(|cell| cell.chars().flat_map(plain).collect())
    }));
    for row in &mut rows {
        let [cells @ .., _detail] = row;
        cells.iter_mut().for_each(shorten);
    }
    let mut widths = [0; 9];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// Cuts what would push all other columns away; whole identifiers and addresses have room.
fn shorten(cell: &mut String) {
    const WIDTH: usize = 48;
    if cell.chars().count() > WIDTH {
        *cell = cell.chars().take(WIDTH - 1).chain(['…']).collect();
    }
}

/// A character as it is, or as text when it cannot be seen or turns the line around.
fn plain(c: char) -> impl Iterator<Item = char> {
    let escaped = c.escape_debug();
    let shown = (escaped.len() == 1 || matches!(c, '\'' | '"' | '\\')).then_some(c);
    shown.is_none().then_some(escaped).into_iter().flatten().chain(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_claim_leaves_room_for_the_other_columns() {
        let mut cell = format!("claimed {}", "x".repeat(64));

        shorten(&mut cell);

        assert_eq!((cell.chars().count(), cell.ends_with('…')), (48, true));
    }

    #[test]
    fn columns_are_aligned_and_control_characters_are_shown_as_text() {
        let event = Event {
            time: rfc3339(Timestamp::from_millis(1_700_000_000_123)),
            account: None,
            actor: "os 0".to_owned(),
            action: "create_csr".to_owned(),
            object: Some("\u{1b}[2J\u{202e}".to_owned()),
            outcome: "done".to_owned(),
            address: None,
            request_id: "0a1b".to_owned(),
            count: 1,
            detail: None,
        };

        let table = table(&[event]);

        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[1].starts_with("2023-11-14T22:13:20.123Z  os 0   create_csr"), "{table}");
        assert_eq!(lines[0].find("OUTCOME"), lines[1].find("done"));
        assert_eq!(lines[0].find("REQUEST"), lines[1].find("0a1b"));
        assert!(!table.contains(['\u{1b}', '\u{202e}']), "{table}");
    }
}
