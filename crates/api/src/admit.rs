//! The layer around each endpoint: bounds, then the proof of who sends the request.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use iam::ScopeHeaders;
use ledger::{Author, Outcome, SPANS};
use tracing::{Instrument, Span};

use crate::authentication::{Proof, scope_headers};
use crate::body::{BodyLimit, Coming, Pace};
use crate::caller::{Caller, Denied};
use crate::client::{Client, Visitor};
use crate::family::Family;
use crate::frame::Charged;
use crate::gateway::Gateway;
use crate::limits::check_head;
use crate::overload::{Overload, Share};
use crate::overtaken::{Again, may_be_overtaken};
use crate::problem::log_internal;
use crate::{Access, Services};

/// The gate before one endpoint.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) services: Arc<Services>,
    pub(crate) method: Method,
    pub(crate) access: Access,
    pub(crate) family: Family,
    pub(crate) body_limit: BodyLimit,
    /// What the documents call the endpoint.
    pub(crate) operation: &'static str,
    /// Nothing where a request is never refused for what else is under way.
    pub(crate) overload: Option<Arc<Overload>>,
}

/// Lets a request through to its endpoint, which then finds a [`Caller`], or on an open route a
/// [`Visitor`], or answers why not.
pub(crate) async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match gate.admit(request, next).await {
        Ok(response) | Err(response) => response,
    }
}

impl Gate {
    async fn admit(self, request: Request, next: Next) -> Result<Response, Response> {
        let (mut parts, body) = request.into_parts();
        // The router takes HEAD for GET; an endpoint that has side effects must not.
        if parts.method != self.method {
            return Err(Gateway::unknown_api().into_response());
        }
        let client = *parts.extensions.get::<Client>().ok_or_else(internal)?;
        check_head(&parts.uri, &parts.headers).map_err(Gateway::into_response)?;
        let overload = self.overload.clone();
        if let Some(overload) = &overload {
            overload.look().map_err(Gateway::into_response)?;
        }
        let proof = match self.access {
            Access::Open => None,
            Access::Caller => match Proof::of(&parts) {
                Ok(proof) => Some(proof),
                Err(error) => {
                    let told = self.services.iam.tell_unproved(&error, &client.origin(None)).await;
                    return Err(self.family.not_admitted(told.err().unwrap_or(error)));
                }
            },
        };
        let most = self.body_limit.announced(&parts.headers).map_err(Gateway::into_response)?;
        let body = Coming::of(body, most);
        // Room for the body is kept until it is known who sent it, or to the end where nobody asks.
        let read = self.read(body, (client, most), overload.as_deref()).await;
        let (body, room) = read.map_err(Gateway::into_response)?;
        // After the body has come: a slow client has no turn. Kept until the answer is there.
        let _turn = match &overload {
            Some(overload) => Some(overload.turn().await.map_err(Gateway::into_response)?),
            None => None,
        };

        parts.extensions.insert(self.family);
        let Some(proof) = proof else {
            let span = self.operation_span();
            parts.extensions.insert(Visitor { services: self.services, client });
            let request = Request::from_parts(parts, Body::from(body));
            return Ok(next.run(request).instrument(span).await);
        };
        let span = tracing::info_span!(target: SPANS, "sign-in", by = proof.kind());
        let verified = proof.verify(&self.services.iam, client, &parts, &body);
        let verified = verified.instrument(span).await;
        let who = verified.map_err(|error| self.family.not_admitted(error))?;
        drop(room);
        if let Some(overload) = &overload {
            overload.charge(&who).map_err(|refused| charged(refused.into_response(), &who))?;
        }
        let again = Again::of(&parts, &body, &who);
        let request = Request::from_parts(parts, Body::from(body));
        let response = self.run(who, request, next.clone()).await;
        match again.filter(|_| may_be_overtaken(&response)) {
            Some(again) => self.run_again(again, client, response, next).await,
            None => Ok(response),
        }
    }

    /// Decides a request again whose answer may only say that its author's rows have changed.
    async fn run_again(
        &self,
        again: Again,
        client: Client,
        response: Response,
        next: Next,
    ) -> Result<Response, Response> {
        let Again { parts, body, .. } = &again;
        let proof = Proof::of(parts).map_err(|error| self.family.not_admitted(error))?;
        let verified = proof.verify(&self.services.iam, client, parts, body).await;
        let who = verified.map_err(|error| self.family.not_admitted(error))?;
        if !again.is_proved_anew(&who) {
            return Ok(response);
        }
        let request = Request::from_parts(again.parts, Body::from(again.body));
        Ok(self.run(who, request, next).await)
    }

    /// Reads a body that has at most so many octets, which are kept room for.
    async fn read<'a>(
        &self,
        mut body: Coming,
        (client, most): (Client, usize),
        overload: Option<&'a Overload>,
    ) -> Result<(Bytes, Option<Share<'a>>), Gateway> {
        if body.is_none() {
            return Ok((Bytes::new(), None));
        }
        let pace = Pace::of(&self.services.settings);
        let Some(overload) = overload else { return Ok((body.rest(pace).await?, None)) };
        if body.take_what_is_there()? {
            let body = body.taken();
            let room = overload.room(client.address, body.len())?;
            return Ok((body, Some(room)));
        }
        let _place = overload.body(client.address)?;
        let mut room = overload.room(client.address, most)?;
        let body = body.rest(pace).await?;
        room.keep(body.len());
        Ok((body, Some(room)))
    }

    /// Runs the endpoint for `who`, if the headers name nothing that is somebody else's.
    async fn run(&self, who: iam::Caller, mut request: Request, next: Next) -> Response {
        let author = who.author().clone();
        let told = Charged { account: author.account, user: who.user.id };
        let sought = sought(&request);
        let headers = scope_headers(request.headers());
        let (mut response, refused) =
            match self.services.iam.check_scope_headers(who, headers).await {
                Ok(who) => {
                    let caller = Caller::new(Arc::clone(&self.services), who);
                    request.extensions_mut().insert(caller);
                    let response = next.run(request).instrument(self.operation_span()).await;
                    let refused = refused_action(&response);
                    (response, refused)
                }
                Err(error) => {
                    let refused = matches!(error, iam::Error::ScopeMismatch).then_some(SCOPE);
                    (self.family.not_admitted(error), refused)
                }
            };
        if let Some(what) = refused {
            self.tell(&author, what, sought).await;
        }
        response.extensions_mut().insert(told);
        response
    }

    /// The span of what the endpoint does.
    fn operation_span(&self) -> Span {
        let operation = self.operation;
        tracing::info_span!(target: SPANS, "operation", otel.name = operation, operation)
    }

    /// Tells the audit trail that `author` was refused something, and what they sought.
    async fn tell(&self, author: &Author, what: &str, sought: String) {
        let mut event = author.event(self.services.clock.now(), "authorize", what);
        event.outcome = Outcome::Refused;
        event.detail = Some(sought);
        if let Err(error) = self.services.iam.tell_refusal(event).await {
            log_internal(&error);
        }
    }
}

/// The answer to a caller who is known.
fn charged(mut response: Response, who: &iam::Caller) -> Response {
    let charged = Charged { account: who.account_id(), user: who.user_id() };
    response.extensions_mut().insert(charged);
    response
}

/// What is refused when a caller names an account or project that is not theirs to act in.
const SCOPE: &str = "scope";

/// How much of an identifier that anybody may claim an audit event takes, in characters.
const CLAIM_LENGTH: usize = 64;

/// What a request seeks, as the audit trail tells it: method and pattern of the route, and the
/// accounts and projects that it names.
fn sought(request: &Request) -> String {
    let pattern = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let mut text = format!("{} {pattern}", request.method());
    let mut segments = pattern.split('/').zip(request.uri().path().split('/'));
    let in_path = segments.find(|(name, _)| *name == "{project_id}").map(|(_, id)| id);
    let ScopeHeaders { domain, project } = scope_headers(request.headers());
    let claims = [("project_id", in_path), ("X-Domain-Id", domain), ("X-Project-Id", project)];
    for (name, claim) in claims {
        if let Some(claim) = claim.filter(|claim| !claim.is_empty()) {
            let claim: String = claim.chars().take(CLAIM_LENGTH).collect();
            text.push_str(&format!(", {name} {claim}"));
        }
    }
    text
}

/// What an endpoint has refused its caller for want of a right.
fn refused_action(response: &Response) -> Option<&'static str> {
    let extensions = response.extensions();
    let denied = extensions.get::<Denied>().map(|denied| denied.0.name());
    let scope = extensions.get::<Gateway>().filter(|answer| answer.status == StatusCode::FORBIDDEN);
    denied.or_else(|| scope.map(|_| SCOPE))
}

/// The frame did not run: a mistake of ours.
fn internal() -> Response {
    Gateway::internal().into_response()
}
