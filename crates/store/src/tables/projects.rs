//! The table `projects`.

use iam::{Project, ProjectFilter};
use ledger::{ProjectId, Version, Versioned};

use super::columns::Columns;
use super::select;
use super::texts::Text;
use crate::sql::{self, Connection, params};

const COLUMNS: &str = "projects.version, projects.id, projects.account, projects.name, \
     projects.description, projects.state, projects.created_at";

fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Project> {
    Ok(Project {
        id: columns.parse()?,
        account: columns.parse()?,
        name: columns.take()?,
        description: columns.take()?,
        state: columns.choose()?,
        created_at: columns.time()?,
    })
}

pub(crate) fn insert(connection: &Connection, project: &Project) -> sql::Result<()> {
    let sql = "INSERT INTO projects (id, version, account, name, description, state, created_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(sql)?.execute(params![
        project.id.to_string(),
        project.account.to_string(),
        project.name,
        project.description,
        project.state.text(),
        project.created_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    project: &Project,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE projects SET version = version + 1, name = ?3, description = ?4, state = ?5
               WHERE id = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![
        project.id.to_string(),
        read_at.0,
        project.name,
        project.description,
        project.state.text(),
    ])
}

pub(crate) fn by_id(
    connection: &Connection,
    id: ProjectId,
) -> sql::Result<Option<Versioned<Project>>> {
    let sql = format!("SELECT {COLUMNS} FROM projects WHERE id = ?1");
    select::one(connection, &sql, [id.to_string()], from_columns)
}

/// The projects that `filter` selects, in the order of their identifiers, which is that of age.
pub(crate) fn selected(
    connection: &Connection,
    filter: &ProjectFilter,
) -> sql::Result<Vec<Versioned<Project>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM projects
         WHERE account = ?1 AND (name = ?2 OR ?2 IS NULL) AND (state = ?3 OR ?3 IS NULL)
         ORDER BY id LIMIT ?4 OFFSET ?5"
    );
    let state = filter.state.map(|state| state.text());
    let params =
        params![filter.account.to_string(), filter.name, state, filter.limit, filter.offset];
    select::all(connection, &sql, params, from_columns)
}
