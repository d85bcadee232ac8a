//! The six columns of a distinguished name, in the order of [`DistinguishedName`]'s fields.

use pki::DistinguishedName;

use super::columns::Columns;
use crate::sql;

pub(super) fn from_columns(columns: &mut Columns<'_>) -> sql::Result<DistinguishedName> {
    Ok(DistinguishedName {
        common_name: columns.take()?,
        country: columns.take()?,
        state: columns.take()?,
        locality: columns.take()?,
        organization: columns.take()?,
        organizational_unit: columns.take()?,
    })
}
