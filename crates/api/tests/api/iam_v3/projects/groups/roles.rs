//! `/v3/projects/{project_id}/groups/{group_id}/roles`

use crate::iam_v3::grants::{self, IN_PROJECTS as PLACE};

#[tokio::test]
async fn what_a_group_is_given_its_users_may_at_once_and_no_longer_when_it_is_taken() {
    grants::count_at_once_and_no_longer_when_taken(&PLACE).await;
}

#[tokio::test]
async fn a_role_of_the_other_type_and_what_is_not_ours_are_refused() {
    grants::refuse_the_other_type_and_what_is_not_ours(&PLACE).await;
}
