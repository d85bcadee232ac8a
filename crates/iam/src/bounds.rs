//! How many of everything there may be: the cloud's own figures, or what it raises them to.

use ledger::Quota;

/// How many users an account may have beside its owner.
const USERS: i64 = 1000;
/// How many groups an account may have.
const GROUPS: i64 = 100;
/// How many groups a user may belong to.
const GROUPS_OF_USER: i64 = 10;
/// How many policies an account may have.
const POLICIES: i64 = 200;
/// How many policies may be attached to a user or a group.
const POLICIES_ATTACHED: i64 = 200;
/// How many versions of a policy are kept.
pub(crate) const POLICY_VERSIONS: usize = 5;
/// How many characters a user's name may have.
pub(crate) const USER_NAME: usize = 64;
/// How many characters the name of a group or policy may have.
pub(crate) const NAME: usize = 128;
/// How many characters a description may have.
pub(crate) const DESCRIPTION: usize = 255;

/// The bound of a quota that this crate counts; `None` for those of others.
pub(crate) fn most(quota: Quota) -> Option<i64> {
    match quota {
        Quota::Groups => Some(GROUPS),
        Quota::GroupsOfUser => Some(GROUPS_OF_USER),
        Quota::Policies => Some(POLICIES),
        Quota::PoliciesAttached => Some(POLICIES_ATTACHED),
        Quota::Users => Some(USERS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use ledger::{Counter, GroupId, PolicyId, UserId};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::policy::system_policies;
    use crate::testing::House;
    use crate::{
        AttachmentFilter, Error, GroupFilter, NewPolicy, NewUser, PolicyFilter, PolicyKind,
        Principal, Reach, UserFilter,
    };

    const POLICY: &str =
        r#"{"Version":"5.0","Statement":[{"Effect":"Allow","Action":["pca:ca:list"]}]}"#;

    fn policy(name: String) -> NewPolicy {
        let (description, document) = (String::new(), POLICY.to_owned());
        NewPolicy { name, description, kind: PolicyKind::Identity, document }
    }

    /// Whether it was refused since this quota is used up.
    fn is_full<T>(answer: &Result<T, Error>, quota: Quota) -> bool {
        matches!(answer, Err(Error::QuotaReached { quota: full, most: bound })
            if *full == quota && Some(*bound) == most(quota))
    }

    fn bound(quota: Quota) -> i64 {
        most(quota).unwrap()
    }

    #[tokio::test]
    async fn an_account_has_no_more_users_than_its_bound_until_one_is_deleted() {
        let house = House::build().await;
        let author = house.author().await;
        let mut last = None;
        for number in 0..bound(Quota::Users) {
            let user = house.iam.create_user(&author, NewUser::new(number.to_string())).await;
            last = Some(user.unwrap());
        }

        let answer = house.iam.create_user(&author, NewUser::new("more")).await;
        assert!(is_full(&answer, Quota::Users));

        house.iam.delete_user(&author, last.unwrap().id).await.unwrap();
        house.iam.create_user(&author, NewUser::new("more")).await.unwrap();
    }

    #[tokio::test]
    async fn an_account_has_no_more_groups_and_policies_than_their_bounds_until_one_is_deleted() {
        let house = House::build().await;
        let author = house.author().await;
        let group = async |name: &str| {
            house.iam.create_group(&author, name.to_owned(), String::new()).await
        };
        let first = group("first").await.unwrap().id;
        for number in 1..bound(Quota::Groups) {
            group(&number.to_string()).await.unwrap();
        }
        assert!(is_full(&group("more").await, Quota::Groups));
        house.iam.delete_group(&author, first).await.unwrap();
        group("more").await.unwrap();

        let policy =
            async |name: &str| house.iam.create_policy(&author, policy(name.to_owned())).await;
        let first = policy("first").await.unwrap().id;
        for number in 1..bound(Quota::Policies) {
            policy(&number.to_string()).await.unwrap();
        }
        assert!(is_full(&policy("more").await, Quota::Policies));
        house.iam.delete_policy(&author, first).await.unwrap();
        policy("more").await.unwrap();
    }

    #[tokio::test]
    async fn a_user_is_in_no_more_groups_than_its_bound_until_it_leaves_one_or_one_goes() {
        let house = House::build().await;
        let author = house.author().await;
        let user = house.iam.create_user(&author, NewUser::new("jane")).await.unwrap().id;
        let mut groups = Vec::new();
        for number in 0..bound(Quota::GroupsOfUser) + 2 {
            let group = house.iam.create_group(&author, number.to_string(), String::new()).await;
            groups.push(group.unwrap().id);
        }
        let (more, groups) = (groups.split_off(groups.len() - 2), groups);
        for group in &groups {
            house.iam.add_member(&author, *group, user).await.unwrap();
        }

        let answer = house.iam.add_member(&author, more[0], user).await;
        assert!(is_full(&answer, Quota::GroupsOfUser));
        // Once more into one that it is in already is nothing.
        house.iam.add_member(&author, groups[0], user).await.unwrap();

        house.iam.remove_member(&author, groups[0], user).await.unwrap();
        house.iam.delete_group(&author, groups[1]).await.unwrap();
        for group in more {
            house.iam.add_member(&author, group, user).await.unwrap();
        }
        let answer = house.iam.add_member(&author, groups[0], user).await;
        assert!(is_full(&answer, Quota::GroupsOfUser));
    }

    #[tokio::test]
    async fn a_user_has_no_more_policies_attached_than_its_bound_until_one_is_detached() {
        let house = House::build().await;
        let author = house.author().await;
        let to = house.iam.create_user(&author, NewUser::new("jane")).await.unwrap().id;
        let to = Principal::User(to);
        let mut policies: Vec<PolicyId> =
            system_policies().iter().map(|policy| policy.id).collect();
        for number in policies.len()..usize::try_from(bound(Quota::PoliciesAttached)).unwrap() {
            let made = house.iam.create_policy(&author, policy(number.to_string())).await;
            policies.push(made.unwrap().id);
        }
        let more = house.iam.create_policy(&author, policy("more".to_owned())).await.unwrap().id;
        let attach =
            async |policy| house.iam.attach_policy(&author, to, (policy, Reach::Everywhere)).await;
        for policy in &policies {
            attach(*policy).await.unwrap();
        }

        assert!(is_full(&attach(more).await, Quota::PoliciesAttached));
        attach(policies[0]).await.unwrap();
        let first = (policies[0], Reach::Everywhere);
        house.iam.detach_policy(&author, to, first).await.unwrap();
        attach(more).await.unwrap();
        assert!(is_full(&attach(policies[0]).await, Quota::PoliciesAttached));
    }

    /// What is there, counted row by row.
    async fn counted(house: &House) -> BTreeMap<Counter, i64> {
        let account = house.owner.account.id;
        let directory = house.iam.directory();
        let mut counters = Vec::new();
        for user in directory.users_selected(&UserFilter::of(account)).await.unwrap() {
            if user.value.id != house.owner.user.id {
                counters.push(Counter::of_account(Quota::Users, account));
            }
        }
        for _ in directory.groups(&GroupFilter::of(account)).await.unwrap() {
            counters.push(Counter::of_account(Quota::Groups, account));
        }
        for _ in directory.policies(&PolicyFilter::of(account)).await.unwrap() {
            counters.push(Counter::of_account(Quota::Policies, account));
        }
        for membership in directory.memberships(account, (None, None)).await.unwrap() {
            counters.push(Counter::of_user(Quota::GroupsOfUser, membership.value.user));
        }
        let all = AttachmentFilter { account, principal: None, policy: None, limit: u32::MAX };
        for attachment in directory.attachments(&all).await.unwrap() {
            counters.push(match attachment.value.principal {
                Principal::Group(id) => Counter::of_group(Quota::PoliciesAttached, id),
                Principal::User(id) => Counter::of_user(Quota::PoliciesAttached, id),
            });
        }
        let mut sums = BTreeMap::new();
        for counter in counters {
            *sums.entry(counter).or_default() += 1;
        }
        sums
    }

    /// Everything made so far, gone or not.
    #[derive(Default)]
    struct Made {
        users: Vec<UserId>,
        groups: Vec<GroupId>,
        policies: Vec<PolicyId>,
    }

    impl Made {
        /// Does one of the operations, to things that `pick` chooses; one that is refused changes
        /// nothing.
        async fn step(&mut self, house: &House, (operation, pick): (u8, usize)) {
            let (iam, author) = (&house.iam, house.author().await);
            let name = format!("{operation}-{pick}");
            let user = self.users[pick % self.users.len()];
            let group = self.groups[pick / 3 % self.groups.len()];
            let policy_id = self.policies[pick / 5 % self.policies.len()];
            let who = match pick % 2 {
                0 => Principal::Group(group),
                _ => Principal::User(user),
            };
            let attached = (policy_id, Reach::Everywhere);
            let outcome = match operation {
                0 => iam.create_user(&author, NewUser::new(name)).await.map(|user| {
                    self.users.push(user.id);
                }),
                1 => iam.create_group(&author, name, String::new()).await.map(|group| {
                    self.groups.push(group.id);
                }),
                2 => iam.create_policy(&author, policy(name)).await.map(|policy| {
                    self.policies.push(policy.id);
                }),
                3 => iam.delete_user(&author, user).await,
                4 => iam.delete_group(&author, group).await,
                5 => iam.delete_policy(&author, policy_id).await,
                6 | 7 => iam.add_member(&author, group, user).await,
                8 => iam.remove_member(&author, group, user).await,
                9 | 10 => iam.attach_policy(&author, who, attached).await,
                _ => iam.detach_policy(&author, who, attached).await,
            };
            match outcome {
                Ok(())
                | Err(Error::Exists { .. } | Error::Missing { .. } | Error::StillUsed { .. }) => {}
                Err(other) => panic!("{operation} {pick}: {other}"),
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn counters_stand_at_what_is_there_whatever_was_done(
            steps in vec((0_u8..12, 0_usize..12), 1..60)
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let house = House::build().await;
                let mut made = Made::default();
                let (iam, author) = (&house.iam, house.author().await);
                made.users.push(iam.create_user(&author, NewUser::new("u")).await.unwrap().id);
                let group = iam.create_group(&author, "g".into(), String::new()).await;
                made.groups.push(group.unwrap().id);
                made.policies.push(iam.create_policy(&author, policy("p".into())).await.unwrap().id);
                for step in steps {
                    made.step(&house, step).await;
                    let kept = house.directory.rows().counters.clone();
                    assert_eq!(kept, counted(&house).await, "after {step:?}");
                }
            });
        }
    }
}
