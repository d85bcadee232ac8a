//! The parameters of a statement: by position, or by name.

use super::value::{ToSql, Value};

/// Parameters as an engine binds them.
pub(crate) enum Given<'a> {
    /// In the order of their numbers, from `?1`.
    Positional(Vec<Value<'a>>),
    /// With their names, each with its colon.
    Named(Vec<(&'a str, Value<'a>)>),
}

/// What a statement can be given.
pub(crate) trait Params {
    /// As an engine binds them.
    fn given(&self) -> Given<'_>;
}

/// Parameters by position: `params![id, name]`.
macro_rules! params {
    () => {
        &[] as &[&dyn $crate::sql::ToSql]
    };
    ($($param:expr),+ $(,)?) => {
        &[$(&$param as &dyn $crate::sql::ToSql),+] as &[&dyn $crate::sql::ToSql]
    };
}
pub(crate) use params;

/// Parameters by name: `named_params! { ":id": id }`.
macro_rules! named_params {
    ($($name:literal: $param:expr),+ $(,)?) => {
        &[$(($name, &$param as &dyn $crate::sql::ToSql)),+] as &[(&str, &dyn $crate::sql::ToSql)]
    };
}
pub(crate) use named_params;

impl<T: Params + ?Sized> Params for &T {
    fn given(&self) -> Given<'_> {
        (**self).given()
    }
}

impl Params for [&dyn ToSql] {
    fn given(&self) -> Given<'_> {
        Given::Positional(self.iter().map(|param| param.value()).collect())
    }
}

impl Params for [(&str, &dyn ToSql)] {
    fn given(&self) -> Given<'_> {
        Given::Named(self.iter().map(|(name, param)| (*name, param.value())).collect())
    }
}

/// Parameters by position, as many as there are.
pub(crate) struct Several<T>(pub(crate) Vec<T>);

impl<T: ToSql> Params for Several<T> {
    fn given(&self) -> Given<'_> {
        Given::Positional(self.0.iter().map(ToSql::value).collect())
    }
}

macro_rules! tuples {
    ($($name:ident: $number:tt),+) => {
        impl<$($name: ToSql),+> Params for ($($name,)+) {
            fn given(&self) -> Given<'_> {
                Given::Positional(vec![$(self.$number.value()),+])
            }
        }
    };
}

tuples!(A: 0, B: 1, C: 2, D: 3, E: 4);
tuples!(A: 0, B: 1, C: 2, D: 3, E: 4, F: 5);

/// No parameters.
impl Params for [(); 0] {
    fn given(&self) -> Given<'_> {
        Given::Positional(Vec::new())
    }
}

macro_rules! arrays {
    ($($length:literal),+) => {$(
        impl<T: ToSql> Params for [T; $length] {
            fn given(&self) -> Given<'_> {
                Given::Positional(self.iter().map(ToSql::value).collect())
            }
        }
    )+};
}

arrays!(1, 2, 3, 4);
