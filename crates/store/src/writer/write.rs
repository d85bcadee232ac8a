//! Writes the rows of a change set.

use crate::sql::{self, Connection};
use ledger::{Removal, Replacement, Table, Version};

use super::fate::Fate;
use crate::Record;
use crate::tables::{
    access_keys, accounts, agencies, attachments, authorities, companies, crl_heads, crl_places,
    crls, csrs, data_keys, groups, keys, memberships, policies, private_certificates, projects,
    responders, revocations, temporary_keys, tokens, users, versions, workspace_transactions,
};

/// Inserts records, owners before what they own.
pub(super) fn inserts(connection: &Connection, records: &[Record]) -> Result<(), Fate> {
    match records {
        [] => Ok(()),
        [record] => insert(connection, record),
        several => {
            let mut sorted: Vec<&Record> = several.iter().collect();
            sorted.sort_by_key(|record| rank(record));
            sorted.into_iter().try_for_each(|record| insert(connection, record))
        }
    }
}

/// Replaces records, each with the version it was read at.
pub(super) fn replacements(
    connection: &Connection,
    replacements: &[Replacement<Record>],
) -> Result<(), Fate> {
    for Replacement { record, read_at } in replacements {
        one_row(replace(connection, record, *read_at)?)?;
    }
    Ok(())
}

/// Removes rows, what is owned before its owners.
pub(super) fn removals(connection: &Connection, removals: &[Removal]) -> Result<(), Fate> {
    let mut sorted: Vec<&Removal> = removals.iter().collect();
    sorted.sort_by_key(|removal| std::cmp::Reverse(table_rank(removal.row.table)));
    for Removal { row, read_at } in sorted {
        one_row(versions::remove(connection, row, *read_at)?)?;
    }
    Ok(())
}

/// Inserts a record.
pub(super) fn insert(connection: &Connection, record: &Record) -> Result<(), Fate> {
    match record {
        Record::Canary(sealed) => data_keys::insert_canary(connection, sealed)?,
        Record::DataKey(key) => data_keys::insert(connection, key)?,
        Record::Iam(record) => match record {
            iam::Record::AccessKey(key) => access_keys::insert(connection, key)?,
            iam::Record::Account(account) => accounts::insert(connection, account)?,
            iam::Record::Attachment(attachment) => attachments::insert(connection, attachment)?,
            iam::Record::Group(group) => groups::insert(connection, group)?,
            iam::Record::Membership(membership) => memberships::insert(connection, membership)?,
            iam::Record::Policy(policy) => policies::insert(connection, policy)?,
            iam::Record::Project(project) => projects::insert(connection, project)?,
            iam::Record::Rehash(_) => return Err(Fate::conflict()),
            iam::Record::TemporaryKey(key) => temporary_keys::insert(connection, key)?,
            iam::Record::Token(token) => tokens::insert(connection, token)?,
            iam::Record::User(user) => users::insert(connection, user)?,
        },
        Record::Pki(record) => match record {
            pki::Record::Agency(agency) => agencies::insert(connection, agency)?,
            pki::Record::Authority(authority) => authorities::insert(connection, authority)?,
            pki::Record::Certificate(certificate) => {
                private_certificates::insert(connection, certificate)?;
            }
            pki::Record::Company(company) => companies::insert(connection, company)?,
            pki::Record::Crl(crl) => crls::insert(connection, crl)?,
            pki::Record::CrlHead(head) => one_row(crl_heads::insert(connection, head)?)?,
            pki::Record::CrlPlace(place) => crl_places::insert(connection, place)?,
            pki::Record::Csr(csr) => csrs::insert(connection, csr)?,
            pki::Record::Key(key) => keys::insert(connection, key)?,
            pki::Record::Responder(responder) => responders::insert(connection, responder)?,
            pki::Record::Revocation(revocation) => revocations::insert(connection, revocation)?,
            pki::Record::WorkspaceTransaction(transaction) => {
                workspace_transactions::insert(connection, transaction)?;
            }
        },
    }
    Ok(())
}

/// How many rows were replaced: one, or none when the version is another.
fn replace(connection: &Connection, record: &Record, at: Version) -> sql::Result<usize> {
    match record {
        Record::Canary(_) | Record::DataKey(_) => Ok(0),
        Record::Iam(record) => match record {
            // They are made and removed.
            iam::Record::Attachment(_) | iam::Record::Membership(_) => Ok(0),
            iam::Record::AccessKey(key) => access_keys::replace(connection, key, at),
            iam::Record::Account(account) => accounts::replace(connection, account, at),
            iam::Record::Group(group) => groups::replace(connection, group, at),
            iam::Record::Policy(policy) => policies::replace(connection, policy, at),
            iam::Record::Project(project) => projects::replace(connection, project, at),
            iam::Record::Rehash(user) => users::rehash(connection, user, at),
            iam::Record::TemporaryKey(_) => Ok(0),
            iam::Record::Token(token) => tokens::replace(connection, token, at),
            iam::Record::User(user) => users::replace(connection, user, at),
        },
        Record::Pki(record) => match record {
            // They never change.
            pki::Record::Agency(_) | pki::Record::CrlPlace(_) => Ok(0),
            pki::Record::Authority(authority) => authorities::replace(connection, authority, at),
            pki::Record::Certificate(certificate) => {
                private_certificates::replace(connection, certificate, at)
            }
            pki::Record::Company(company) => companies::replace(connection, company, at),
            pki::Record::Crl(crl) => crls::replace(connection, crl, at),
            pki::Record::CrlHead(head) => crl_heads::replace(connection, head, at),
            pki::Record::Csr(csr) => csrs::replace(connection, csr, at),
            pki::Record::Key(key) => keys::replace(connection, key, at),
            pki::Record::Responder(responder) => responders::replace(connection, responder, at),
            pki::Record::Revocation(_) => Ok(0),
            pki::Record::WorkspaceTransaction(transaction) => {
                workspace_transactions::replace(connection, transaction, at)
            }
        },
    }
}

fn one_row(rows: usize) -> Result<(), Fate> {
    if rows == 1 { Ok(()) } else { Err(Fate::conflict()) }
}

/// Where a record stands among others: owners before what they own.
pub(super) fn rank(record: &Record) -> u8 {
    record.row().map_or(0, |row| table_rank(row.table))
}

/// The order in which owners stand before what they own.
fn table_rank(table: Table) -> u8 {
    match table {
        Table::Accounts => 0,
        Table::Agencies
        | Table::Companies
        | Table::Groups
        | Table::Keys
        | Table::Leases
        | Table::Policies
        | Table::Projects
        | Table::Users => 1,
        Table::AccessKeys
        | Table::Attachments
        | Table::Memberships
        | Table::Authorities
        | Table::Csrs
        | Table::Tokens => 2,
        Table::Certificates
        | Table::CrlHeads
        | Table::CrlPlaces
        | Table::Crls
        | Table::Responders
        | Table::Revocations
        | Table::TemporaryKeys
        | Table::WorkspaceTransactions => 3,
    }
}
