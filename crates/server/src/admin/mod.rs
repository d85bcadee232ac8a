//! Local administration: the same acts through the running server's socket, or in this process when
//! no server runs.

mod act;
mod client;
pub(crate) mod event;
mod request;
mod socket;

pub(crate) use client::ask;
pub(crate) use event::Event;
pub(crate) use request::{Answer, Request, Scope};
pub(crate) use socket::AdminSocket;
