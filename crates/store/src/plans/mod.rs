//! How PostgreSQL finds the rows of every read, in a database in which what grows has grown.
//!
//! The reads are those of `tables`, done as the ports do them; what they ask is explained by the server
//! with the parameters that they gave. SQLite's plans are tested beside the statements.

mod case;
mod lists;
mod others;

use std::collections::HashSet;

use postgres_cluster::{Cluster, TestDatabase};

use self::case::Case;
use crate::sql::Connection;
use crate::sql::asked::{Asked, heard};
use crate::sql::postgres::{Purpose, Session};
use crate::{Database, Demands, Durability, PostgresAddress};

/// A session may plan a statement once for all parameters after it has planned it five times.
const TIMES: u32 = 6;

/// Opens the database of a test's own with all of `rows.sql`.
fn filled() -> (TestDatabase, Connection) {
    let server = TestDatabase::like(&Cluster::shared(), "grown", |url| {
        let demands = Demands { durability: Durability::Spared, ..Demands::default() };
        Database::open_postgres(address(url), demands).unwrap().close();
        let session = Session::connect(&address(url), Purpose::Bulk).unwrap();
        session.run(include_str!("rows.sql")).unwrap();
        session.run("VACUUM ANALYZE").unwrap();
    });
    let session = Session::connect(&address(&server.url()), Purpose::Read).unwrap();
    (server, Connection::Postgres(session))
}

fn address(url: &str) -> PostgresAddress {
    url.parse().unwrap()
}

/// The steps in which the server would run a statement after it has run it some times.
fn plan(connection: &Connection, asked: &Asked) -> Vec<Vec<String>> {
    connection.execute_batch(&format!("PREPARE asked AS {}", asked.sql)).unwrap();
    let given = asked.literals.join(", ");
    let given = if given.is_empty() { given } else { format!("({given})") };
    let mut plans: Vec<Vec<String>> = Vec::new();
    for _ in 0..TIMES {
        let mut explained = connection.prepare(&format!("EXPLAIN EXECUTE asked{given}")).unwrap();
        let steps = explained.query_map([], |row| row.get(0)).unwrap();
        plans.push(steps.map(Result::unwrap).collect());
    }
    connection.execute_batch("DEALLOCATE asked").unwrap();
    heard();
    plans.dedup();
    plans
}

/// Tables that stay small in any installation; and that of the CRLs' bodies, almost all of which somebody
/// names: what looks for the others has to look at all.
const SMALL: [&str; 5] = ["canary", "crl_bodies", "data_keys", "epochs", "readiness"];

/// Indexes that are read whole: of the chains that came before their keys were kept, to which none is added;
/// of the authorities of Workspace, so that those of Private CA need not be read; and of what the CRLs
/// name, beside their bodies.
const WHOLE: [&str; 3] =
    ["imported_chains_without_key", "authorities_of_projects", "crl_heads_of_bodies"];

/// Steps that ask for no more rows than are asked of them.
const PASSING: [&str; 4] = ["Append", "Merge Join", "Result", "Subquery Scan"];

/// So many rows are not sorted by hand: fewer than the account has of anything that it lists.
const MANY: u64 = 2_000;

/// What is wrong with a plan: a step reads a table that grows from end to end, or all of an index, or sorts
/// what is many.
fn fault(steps: &[String]) -> Option<&'static str> {
    (0..steps.len()).find_map(|number| {
        let (before, step, after) = (&steps[..number], &steps[number], &steps[number + 1..]);
        if let Some((_, table)) = step.split_once("Seq Scan on ") {
            let table = table.split(' ').next().unwrap_or_default();
            return (!SMALL.contains(&table)).then_some("reads all of a table");
        }
        if let Some(index) = index_of(step) {
            let mut said = after.iter().take_while(|line| !line.contains("->  "));
            let is_led = said.any(|line| line.contains("Index Cond: "));
            let is_right = is_led || WHOLE.contains(&index) || is_ended(before, step);
            return (!is_right).then_some("reads all of an index");
        }
        let sorts = ["Sort ", "Incremental Sort "].iter().any(|sort| kind(step).starts_with(sort));
        let rows: u64 = step.split_once(" rows=")?.1.split(' ').next()?.parse().ok()?;
        (sorts && rows > MANY).then_some("sorts what is many")
    })
}

/// What a step does.
fn kind(step: &str) -> &str {
    step.trim_start().trim_start_matches("->  ")
}

/// The index along which a step walks; none of a table that stays small.
fn index_of(step: &str) -> Option<&str> {
    let kind = kind(step);
    if !kind.starts_with("Index Scan ") && !kind.starts_with("Index Only Scan ") {
        return None;
    }
    let (index, table) = kind.split_once(" using ")?.1.split_once(" on ")?;
    (!SMALL.contains(&table.split(' ').next()?)).then_some(index)
}

/// Whether a `LIMIT` ends the walk of `step`: it reads the rows that are taken, in their order, and those
/// in between that a filter passes over. The server walks so only where it reckons that these are few, as of
/// an account that has an eighth of all.
fn is_ended(before: &[String], step: &str) -> bool {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut below = depth(step);
    for line in before.iter().rev().filter(|line| line.contains("(cost=") || is_apart(line)) {
        if depth(line) >= below {
            continue;
        }
        below = depth(line);
        if kind(line).starts_with("Limit ") {
            return true;
        }
        if !PASSING.iter().any(|passing| kind(line).starts_with(passing)) {
            return false;
        }
    }
    false
}

/// Whether the steps below are done apart from those above.
fn is_apart(line: &str) -> bool {
    ["SubPlan", "InitPlan", "CTE "].iter().any(|apart| line.trim_start().starts_with(apart))
}

fn explain(cases: Vec<Case>) {
    let (_server, connection) = filled();
    let (mut faults, mut explained) = (Vec::new(), HashSet::new());
    for case in cases {
        heard();
        let read = (case.read)(&connection);
        let asked = heard();
        assert!(!asked.is_empty(), "{} asks nothing", case.name);
        if let Err(error) = read {
            panic!("{}: {error}", case.name);
        }
        for asked in asked {
            if !explained.insert((asked.sql.clone(), asked.literals.clone())) {
                continue;
            }
            for steps in plan(&connection, &asked) {
                if let Some(fault) = fault(&steps) {
                    let (sql, steps) = (asked.sql.as_str(), steps.join("\n"));
                    faults.push(format!("{}: {fault}\n{sql}\n{steps}", case.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} plans:\n\n{}", faults.len(), faults.join("\n\n"));
}

#[test]
fn no_list_of_certificates_reads_or_sorts_all_of_them() {
    explain(lists::certificates());
}

#[test]
fn no_list_of_authorities_reads_or_sorts_all_of_them() {
    explain(lists::authorities());
}

#[test]
fn no_search_by_tags_reads_or_sorts_all_certificates() {
    explain(lists::tags());
}

#[test]
fn no_list_of_requests_reads_or_sorts_all_of_them() {
    explain(lists::requests());
}

#[test]
fn nothing_of_the_directory_is_looked_for_from_end_to_end() {
    explain(others::directory());
}

#[test]
fn nothing_of_revocation_is_looked_for_from_end_to_end() {
    explain(others::revocation());
}

#[test]
fn no_work_and_no_metric_reads_a_table_from_end_to_end() {
    explain(others::work());
}

#[test]
fn a_plan_that_reads_or_sorts_too_much_is_seen() {
    let (_server, connection) = filled();
    for (sql, expected) in [
        ("SELECT id FROM private_certificates WHERE locality = 'x'", "reads all of a table"),
        ("SELECT id FROM private_certificates ORDER BY locality || id LIMIT 1", "sorts"),
        (
            "SELECT count(*) FROM (SELECT DISTINCT id FROM private_certificates) AS every_one",
            "reads all of an index",
        ),
        (
            "SELECT 1 WHERE 'x' IN (SELECT id FROM private_certificates ORDER BY id) LIMIT 1",
            "reads all of an index",
        ),
        (
            "SELECT id FROM private_certificates WHERE account = plain(1, 1) AND created_at > 1
             ORDER BY id || 'x'",
            "sorts what is many",
        ),
        (
            "SELECT id FROM private_certificates WHERE account = plain(1, 1)
             ORDER BY created_at, locality LIMIT 9",
            "sorts what is many",
        ),
    ] {
        let asked = Asked { sql: sql.to_owned(), literals: Vec::new() };
        let plans = plan(&connection, &asked);
        let is_seen = |steps: &Vec<String>| fault(steps).is_some_and(|it| it.starts_with(expected));
        assert!(plans.iter().any(is_seen), "{plans:?}");
    }
}
