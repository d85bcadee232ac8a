//! Local administration: the same acts through the running server's socket, or in this process when
//! no server runs.

mod act;
mod client;
mod credentials;
mod crl;
mod directory;
pub(crate) mod event;
mod explain;
mod explained;
mod request;
mod secret;
mod session;
mod socket;

pub(crate) use client::ask;
pub(crate) use credentials::{CredentialAct, CredentialOrder, ShownKey};
pub(crate) use crl::{ShardsAsked, ShardsOrder};
pub(crate) use directory::{
    AttachmentOrder, DirectoryAct, DirectoryOrder, NamedPrincipal, NewPassword, PolicySphere,
    ShownPolicy, ShownUser,
};
pub(crate) use event::Event;
pub(crate) use explain::ExplainOrder;
pub(crate) use explained::Explained;
pub(crate) use request::{Answer, Request, RotationDepth, Scope};
pub(crate) use secret::Secret;
pub(crate) use session::Session;
pub(crate) use socket::AdminSocket;
