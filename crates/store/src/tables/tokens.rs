//! The table `tokens`.

use iam::{Credential, Method, Scope, Token, TokenDigest};
use ledger::{Timestamp, Version, Versioned};

use super::columns::{Columns, ImpossibleRow};
use super::{accounts, select, users};
use crate::sql::{self, Connection, OptionalExtension, params};

pub(crate) const COLUMNS: &str = "tokens.version, tokens.digest, tokens.user_id, tokens.account, \
     tokens.project, tokens.generation, tokens.methods, tokens.issued_at, tokens.expires_at";

pub(crate) fn from_columns(columns: &mut Columns<'_>) -> sql::Result<Token> {
    Ok(Token {
        digest: columns.convert(|hex: String| digest(&hex))?,
        user: columns.parse()?,
        account: columns.parse()?,
        scope: columns.parse_optional()?.map_or(Scope::Domain, Scope::Project),
        generation: columns.take()?,
        methods: columns.convert(|names: String| methods(&names))?,
        issued_at: columns.time()?,
        expires_at: columns.time()?,
    })
}

pub(crate) fn digest(text: &str) -> Result<TokenDigest, hex::FromHexError> {
    let mut digest = [0; 32];
    hex::decode_to_slice(text, &mut digest)?;
    Ok(TokenDigest(digest))
}

fn methods(names: &str) -> Result<Vec<Method>, ImpossibleRow> {
    let method = |name| Method::from_name(name).ok_or(ImpossibleRow("method of a token"));
    names.split(',').filter(|name| !name.is_empty()).map(method).collect()
}

fn project(token: &Token) -> Option<String> {
    match token.scope {
        Scope::Domain => None,
        Scope::Project(project) => Some(project.to_string()),
    }
}

fn names(methods: &[Method]) -> String {
    methods.iter().map(|method| method.name()).collect::<Vec<_>>().join(",")
}

pub(crate) fn insert(connection: &Connection, token: &Token) -> sql::Result<()> {
    let sql = "INSERT INTO tokens
                   (digest, version, user_id, account, project, generation, methods, issued_at,
                    expires_at)
               VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(sql)?.execute(params![
        token.digest.to_string(),
        token.user.to_string(),
        token.account.to_string(),
        project(token),
        token.generation,
        names(&token.methods),
        token.issued_at.as_millis(),
        token.expires_at.as_millis(),
    ])?;
    Ok(())
}

pub(crate) fn replace(
    connection: &Connection,
    token: &Token,
    read_at: Version,
) -> sql::Result<usize> {
    let sql = "UPDATE tokens SET version = version + 1, project = ?3, methods = ?4, expires_at = ?5
               WHERE digest = ?1 AND version = ?2";
    connection.prepare_cached(sql)?.execute(params![
        token.digest.to_string(),
        read_at.0,
        project(token),
        names(&token.methods),
        token.expires_at.as_millis(),
    ])
}

/// The token with its user and that user's account.
pub(crate) fn session(
    connection: &Connection,
    digest: TokenDigest,
) -> sql::Result<Option<Credential<Token>>> {
    let sql = format!(
        "SELECT {COLUMNS}, {}, {} FROM tokens
         JOIN users ON users.id = tokens.user_id
         JOIN accounts ON accounts.id = users.account
         WHERE tokens.digest = ?1",
        users::COLUMNS,
        accounts::COLUMNS
    );
    connection
        .prepare_cached(&sql)?
        .query_row([digest.to_string()], |row| {
            let mut columns = Columns::of(row);
            Ok(Credential {
                credential: columns.versioned(from_columns)?,
                user: columns.versioned(users::from_columns)?,
                account: columns.versioned(accounts::from_columns)?,
            })
        })
        .optional()
}

/// At most `limit` tokens that expire before `before`, the earliest first.
pub(crate) fn expired(
    connection: &Connection,
    before: Timestamp,
    limit: u32,
) -> sql::Result<Vec<Versioned<Token>>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM tokens WHERE expires_at < ?1 ORDER BY expires_at, digest LIMIT ?2"
    );
    select::all(connection, &sql, params![before.as_millis(), limit], from_columns)
}
