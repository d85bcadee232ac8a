//! `GET /v5/policies`

use axum::Json;
use axum::http::Uri;
use iam::policy::system_policies;
use iam::{PolicyFilter, PolicyKind, Reach};
use serde::Serialize;
use utoipa::ToSchema;

use super::find::Found;
use super::view::{MAKERS, Maker, PolicyView};
use crate::action::Action;
use crate::caller::Caller;
use crate::choice::choice;
use crate::iam_v3_0::Error;
use crate::iam_v5::page::{Page, PageInfo};
use crate::parameter::given;

const FLAGS: [(&str, bool); 2] = [("true", true), ("false", false)];

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    #[schema(inline)]
    policies: Vec<PolicyView>,
    #[schema(inline)]
    page_info: PageInfo,
}

/// Lists the policies of the account and those of the system, in pages.
#[utoipa::path(
    get,
    path = "/v5/policies",
    operation_id = "policies",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "By default 100."),
        ("marker" = Option<String>, Query, description = "Where the page before ended."),
        ("policy_type" = Option<String>, Query, description = "`custom` or `system`."),
        ("only_attached" = Option<bool>, Query, description = "Without those attached to nobody."),
        ("path_prefix" = Option<String>, Query, description = "No policy has a path here."),
    ),
    responses((status = 200, description = "The policies.", body = inline(Answer)))
)]
pub(crate) async fn handle(caller: Caller, uri: Uri) -> Result<Json<Answer>, Error> {
    let (page, query) = Page::of(&uri)?;
    let maker = given(query.text("policy_type"));
    let maker = maker.map(|word| choice("policy_type", &word, &MAKERS)).transpose()?;
    let only_attached = given(query.text("only_attached"));
    let only_attached = only_attached.map(|word| choice("only_attached", &word, &FLAGS));
    let only_attached = only_attached.transpose()?.unwrap_or(false);
    let has_path = given(query.text("path_prefix")).is_some();

    let iam = caller.may_manage(Action::ListPolicies).await?;
    let account = caller.account();
    let mut found: Vec<Found> = Vec::new();
    if maker != Some(Maker::Account) && !has_path {
        found.extend(system_policies().iter().map(Found::System));
    }
    if maker != Some(Maker::System) && !has_path {
        let custom = iam.custom_policies(&PolicyFilter::of(account)).await?;
        let shown = custom.into_iter().filter(|policy| policy.kind == PolicyKind::Identity);
        found.extend(shown.map(Found::Custom));
    }
    let counts = iam.attachment_counts(account, Reach::Everywhere).await?;
    if only_attached {
        found.retain(|policy| counts.contains_key(&policy.id()));
    }
    let (found, page_info) = page.cut(found, |policy| policy.id().to_string());
    let view = |policy: Found| {
        let count = counts.get(&policy.id()).copied().unwrap_or_default();
        PolicyView::new(policy, count)
    };
    let policies = found.into_iter().map(view).collect();
    Ok(Json(Answer { policies, page_info }))
}
