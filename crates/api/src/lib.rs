//! The HTTP front-ends: one module per API, one file per endpoint.
//!
//! [`router`] and [`routes`] come from one table. A request passes, in this order: its request id
//! and the catching of panics (`frame`); the table of routes; the limits; the proof of who sends
//! it (`admit`); the endpoint, which parses, asks leave through `Caller::may`, calls
//! one operation and renders. Everybody may call the three routes of [`OPEN_ROUTES`]; every other
//! endpoint runs only for a proven caller.

mod action;
mod address;
mod admit;
mod attachment;
mod authentication;
mod body;
mod caller;
mod choice;
mod client;
mod distinct;
mod family;
mod flag;
mod frame;
mod gateway;
mod health;
mod iam_v3;
mod iam_v3_0;
mod iam_v5;
mod iso_time;
mod json;
mod leftover;
mod limits;
mod measure;
mod openapi;
mod overload;
mod overtaken;
mod own;
mod packing;
mod parameter;
mod path;
mod pca_v1;
mod probe;
mod problem;
mod public;
mod query;
mod route;
mod schema;
mod scm_v3;
mod secret;
mod services;
mod trace;
mod unreadable;
mod workspace_v2;

pub use address::Peer;
pub use iam::{Network, NetworkError};
pub use measure::describe_metrics;
pub use openapi::documents;
pub use overload::{Bound, Limits, Rate};
pub use probe::Probe;
pub use public::public_router;
pub use route::{Access, OPEN_ROUTES, router, routes};
pub use services::{Readiness, Services, Settings};
pub use trace::Continued;
pub use unreadable::unreadable;
