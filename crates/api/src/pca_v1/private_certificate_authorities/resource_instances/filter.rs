//! `POST /v1/private-certificate-authorities/resource-instances/filter`

use axum::Json as Answered;
use pki::authority::AuthorityView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::action::Action;
use crate::caller::Caller;
use crate::json::Json as Body;
use crate::pca_v1::Error;
use crate::pca_v1::private_certificate_authorities::show;
use crate::pca_v1::tag_search::Search;
use crate::pca_v1::tags::{ShownTag, shown as shown_tags};
use crate::schema;

#[derive(Serialize, ToSchema)]
pub(crate) struct Answer {
    total_count: u64,
    #[schema(inline)]
    resources: Vec<Resource>,
}

#[derive(Serialize, ToSchema)]
struct Resource {
    #[schema(schema_with = schema::id)]
    resource_id: String,
    resource_name: String,
    #[schema(inline)]
    resource_detail: show::Answer,
    #[schema(inline)]
    tags: Vec<ShownTag>,
}

/// A page of the authorities that have these tags, newest first.
#[utoipa::path(
    post,
    path = "/v1/private-certificate-authorities/resource-instances/filter",
    operation_id = "find_authorities",
    request_body = inline(Search),
    responses((status = 200, description = "A page of authorities.", body = inline(Answer)))
)]
pub(crate) async fn handle(
    caller: Caller,
    Body(request): Body<Search>,
) -> Result<Answered<Answer>, Error> {
    let (search, page) = request.parse()?;
    let pki = caller.may(Action::FindAuthorities).await?;
    let found = pki.find_authorities(caller.account(), &search, page).await?;
    let resources = found.entries.into_iter().map(Into::into).collect();
    Ok(Answered(Answer { total_count: found.total, resources }))
}

impl From<AuthorityView> for Resource {
    fn from(view: AuthorityView) -> Self {
        let authority = &view.authority;
        Self {
            resource_id: authority.id.to_string(),
            resource_name: authority.distinguished_name.common_name.clone(),
            tags: shown_tags(&authority.tags),
            resource_detail: view.into(),
        }
    }
}
