//! Users, groups, policies, and who has which.

use std::sync::Arc;

use iam::policy::system_policies;
use iam::{
    Account, Attachment, AttachmentFilter, CustomPolicy, Group, GroupFilter, Membership,
    PolicyFilter, PolicyKind, PolicyRef, PolicyVersion, Principal, Reach, Scope, State, User,
    UserFilter,
};
use ledger::system::{SystemClock, SystemRandom};
use ledger::{GroupId, PolicyId, Version, Versioned};

use super::Ledger;
use super::fixtures::{
    NOW, access_key, changes, committed_account, project, token, unique, user as new_user,
};
use super::ledger_port::{commit_iam, conflicts};

fn group(account: &Account) -> Group {
    Group {
        id: GroupId::generate(&SystemClock, &SystemRandom),
        account: account.id,
        name: unique(),
        description: "für die 夜班".into(),
        created_at: NOW,
    }
}

fn membership(group: &Group, user: &User) -> Membership {
    Membership { group: group.id, user: user.id, account: group.account, created_at: NOW }
}

fn policy(account: &Account) -> CustomPolicy {
    CustomPolicy {
        id: PolicyId::generate(&SystemClock, &SystemRandom),
        account: account.id,
        name: unique(),
        description: "liest 只读".into(),
        kind: PolicyKind::Identity,
        default_version: 1,
        latest_version: 1,
        versions: vec![version(1)],
        created_at: NOW,
        updated_at: NOW,
    }
}

fn version(number: u32) -> PolicyVersion {
    PolicyVersion { number, document: format!("{{\"number\":{number}}}"), created_at: NOW }
}

fn attachment(principal: Principal, policy: &CustomPolicy, reach: Reach) -> Attachment {
    let account = policy.account;
    Attachment { account, principal, policy: PolicyRef::Custom(policy.id), reach, created_at: NOW }
}

/// Groups and who is in them.
pub async fn groups_and_members_read_back_as_written(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let mut group = group(&account);
    let membership = membership(&group, &user);
    let both = changes().insert(membership.clone()).insert(group.clone());
    commit_iam(&ledger, both).await.expect("both are inserted");
    let read = ledger.group(group.id).await.expect("reads");
    assert_eq!(read, Some(Versioned { value: group.clone(), version: Version(1) }));

    "renamed".clone_into(&mut group.name);
    group.description.clear();
    let replaced = changes().replace(group.clone(), Version(1));
    commit_iam(&ledger, replaced).await.expect("the group is replaced");

    let read = ledger.group(group.id).await.expect("reads");
    assert_eq!(read, Some(Versioned { value: group.clone(), version: Version(2) }));
    for of in [(Some(group.id), None), (None, Some(user.id)), (Some(group.id), Some(user.id))] {
        let found = ledger.memberships(account.id, of).await.expect("reads");
        let expected = Versioned { value: membership.clone(), version: Version(1) };
        assert_eq!(found, [expected], "{of:?}");
    }
    let (stranger, _) = committed_account(&ledger).await;
    let found = ledger.memberships(stranger.id, (Some(group.id), None)).await.expect("reads");
    assert!(found.is_empty());
}

/// Policies with all their versions.
pub async fn policies_read_back_with_their_versions(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let mut policy = policy(&account);
    commit_iam(&ledger, changes().insert(policy.clone())).await.expect("a policy is inserted");
    let read = ledger.policy(policy.id).await.expect("reads");
    assert_eq!(read, Some(Versioned { value: policy.clone(), version: Version(1) }));

    policy.versions = vec![version(2), version(7)];
    policy.default_version = 7;
    policy.latest_version = 9;
    "renamed".clone_into(&mut policy.name);
    let replaced = changes().replace(policy.clone(), Version(1));
    commit_iam(&ledger, replaced).await.expect("the policy is replaced");
    let read = ledger.policy(policy.id).await.expect("reads");
    assert_eq!(read, Some(Versioned { value: policy.clone(), version: Version(2) }));

    let removal = changes().remove(policy.row(), Version(2));
    commit_iam(&ledger, removal).await.expect("the policy is removed");
    assert_eq!(ledger.policy(policy.id).await.expect("reads"), None);
}

/// Pages and filters of users, groups and policies.
pub async fn lists_of_the_directory_are_filtered_and_paged(ledger: Arc<dyn Ledger>) {
    let (account, first) = committed_account(&ledger).await;
    let (stranger, _) = committed_account(&ledger).await;
    // Identifiers of one millisecond sort by chance.
    tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    let mut second = new_user(&account);
    second.state = State::Disabled;
    let mut groups = [group(&account), group(&account)];
    groups.sort_by_key(|group| group.id);
    let mut policies = [policy(&account), policy(&account)];
    policies.sort_by_key(|policy| policy.id);
    let [one, other] = groups.clone();
    let all = changes().insert(second.clone()).insert(membership(&one, &second)).insert(one);
    commit_iam(&ledger, all.insert(other)).await.expect("all are inserted");
    for policy in &policies {
        commit_iam(&ledger, changes().insert(policy.clone())).await.expect("is inserted");
    }
    let [first_group, second_group] = groups.map(|group| group.id);
    let [first_policy, second_policy] = policies.clone().map(|policy| policy.id);

    let every = UserFilter::of(account.id);
    for (filter, expected) in [
        (every.clone(), vec![first.id, second.id]),
        (UserFilter { name: Some(second.name.clone()), ..every.clone() }, vec![second.id]),
        (UserFilter { state: Some(State::Enabled), ..every.clone() }, vec![first.id]),
        (UserFilter { group: Some(first_group), ..every.clone() }, vec![second.id]),
        (UserFilter { group: Some(second_group), ..every.clone() }, vec![]),
        (UserFilter { after: Some(first.id), ..every.clone() }, vec![second.id]),
        (UserFilter { limit: 1, ..every }, vec![first.id]),
    ] {
        let found = ledger.users_selected(&filter).await.expect("reads");
        let found: Vec<_> = found.into_iter().map(|user| user.value.id).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let every = GroupFilter::of(account.id);
    for (filter, expected) in [
        (every.clone(), vec![first_group, second_group]),
        (GroupFilter { member: Some(second.id), ..every.clone() }, vec![first_group]),
        (GroupFilter { after: Some(first_group), ..every.clone() }, vec![second_group]),
        (GroupFilter { limit: 1, ..every }, vec![first_group]),
        (GroupFilter::of(stranger.id), vec![]),
    ] {
        let found = ledger.groups(&filter).await.expect("reads");
        let found: Vec<_> = found.into_iter().map(|group| group.value.id).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
    let every = PolicyFilter::of(account.id);
    let name = policies.last().map(|policy| policy.name.clone());
    for (filter, expected) in [
        (every.clone(), vec![first_policy, second_policy]),
        (PolicyFilter { name, ..every.clone() }, vec![second_policy]),
        (PolicyFilter { after: Some(first_policy), ..every.clone() }, vec![second_policy]),
        (PolicyFilter { limit: 1, ..every }, vec![first_policy]),
        (PolicyFilter::of(stranger.id), vec![]),
    ] {
        let found = ledger.policies(&filter).await.expect("reads");
        let found: Vec<_> = found.into_iter().map(|policy| policy.value.id).collect();
        assert_eq!(found, expected, "{filter:?}");
    }
}

/// What a user may rests on every way by which a policy comes to it, and on no other.
pub async fn policies_reach_users_directly_and_through_groups(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let (mine, others) = (group(&account), group(&account));
    let project = project(&account);
    let system = system_policies().first().expect("there are system policies");
    let (direct, through) = (policy(&account), policy(&account));
    let to_user = attachment(Principal::User(user.id), &direct, Reach::Everywhere);
    let to_mine = attachment(Principal::Group(mine.id), &through, Reach::Project(project.id));
    let to_others = attachment(Principal::Group(others.id), &direct, Reach::AllProjects);
    let of_system = Attachment {
        policy: PolicyRef::System(system.id),
        reach: Reach::Domain,
        ..to_mine.clone()
    };
    let all = changes()
        .insert(to_user.clone())
        .insert(to_mine.clone())
        .insert(to_others)
        .insert(of_system.clone())
        .insert(membership(&mine, &user))
        .insert(mine.clone())
        .insert(others)
        .insert(direct.clone())
        .insert(through.clone());
    commit_iam(&ledger, all).await.expect("all are inserted");

    let mut found: Vec<_> = ledger
        .attached_policies(user.id)
        .await
        .expect("reads")
        .into_iter()
        .map(|attached| (attached.name, attached.document, attached.reach, attached.group))
        .collect();

    found.sort_by_key(|found| format!("{found:?}"));
    let mut expected = vec![
        (direct.name.clone(), direct.document().to_owned(), Reach::Everywhere, None),
        (through.name, version(1).document, Reach::Project(project.id), Some(mine.id)),
        (system.name.to_owned(), system.document.clone(), Reach::Domain, Some(mine.id)),
    ];
    expected.sort_by_key(|expected| format!("{expected:?}"));
    assert_eq!(found, expected);
    let to = AttachmentFilter::to(account.id, Principal::Group(mine.id));
    let mut found = ledger.attachments(&to).await.expect("reads");
    found.sort_by_key(|found| found.value.reach != Reach::Domain);
    let found: Vec<_> = found.into_iter().map(|found| found.value).collect();
    assert_eq!(found, [of_system, to_mine]);
    let count = ledger.attachment_count(account.id, direct.id).await.expect("reads");
    assert_eq!(count, 2);
    for (reach, expected) in [
        (Reach::Everywhere, vec![(direct.id, 1)]),
        (Reach::AllProjects, vec![(direct.id, 1)]),
        (Reach::Domain, vec![(system.id, 1)]),
    ] {
        let counts = ledger.attachment_counts(account.id, reach).await.expect("reads");
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected, "{reach}");
    }
    let (stranger, other_user) = committed_account(&ledger).await;
    let counts = ledger.attachment_counts(stranger.id, Reach::Everywhere).await.expect("reads");
    assert!(counts.is_empty());
    assert_eq!(ledger.attached_policies(other_user.id).await.expect("reads"), []);
    assert_eq!(ledger.attachment_count(stranger.id, direct.id).await.expect("reads"), 0);
}

/// Nothing is left that refers to what has gone.
pub async fn what_is_referred_to_is_not_removed(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let (group, policy) = (group(&account), policy(&account));
    let membership = membership(&group, &user);
    let attachment = attachment(Principal::Group(group.id), &policy, Reach::Everywhere);
    let all = changes()
        .insert(membership.clone())
        .insert(attachment.clone())
        .insert(group.clone())
        .insert(policy.clone());
    commit_iam(&ledger, all).await.expect("all are inserted");

    for row in [user.row(), group.row(), policy.row()] {
        let fate = commit_iam(&ledger, changes().remove(row.clone(), Version(1))).await;
        assert!(conflicts(&fate), "{row:?} {fate:?}");
    }
    let read = ledger.policy(policy.id).await.expect("reads");
    assert_eq!(read.map(|read| read.value), Some(policy.clone()));

    let all = changes()
        .remove(user.row(), Version(1))
        .remove(group.row(), Version(1))
        .remove(policy.row(), Version(1))
        .remove(attachment.row(), Version(1))
        .remove(membership.row(), Version(1));
    commit_iam(&ledger, all).await.expect("together they can go");
    assert_eq!(ledger.user(user.id).await.expect("reads"), None);
    assert_eq!(ledger.group(group.id).await.expect("reads"), None);
}

/// A user takes its access keys and tokens along.
pub async fn a_user_goes_with_its_credentials(ledger: Arc<dyn Ledger>) {
    let (account, user) = committed_account(&ledger).await;
    let other = new_user(&account);
    let (key, kept) = (access_key(&user), access_key(&other));
    let token = token(&user, Scope::Domain, NOW);
    let all = changes().insert(other).insert(key.clone()).insert(kept.clone());
    commit_iam(&ledger, all.insert(token.clone())).await.expect("all are inserted");

    let removal = changes().remove(user.row(), Version(1));
    commit_iam(&ledger, removal).await.expect("the user is removed");

    assert!(ledger.credential_by_access_key(&key.access).await.expect("reads").is_none());
    assert!(ledger.session_by_token(token.digest).await.expect("reads").is_none());
    assert!(ledger.credential_by_access_key(&kept.access).await.expect("reads").is_some());
}

/// Names of groups and policies, each inside one account.
pub async fn names_of_groups_and_policies_are_given_once(ledger: Arc<dyn Ledger>) {
    let (account, _) = committed_account(&ledger).await;
    let (elsewhere, _) = committed_account(&ledger).await;
    let (first, policy_first) = (group(&account), policy(&account));
    let both = changes().insert(first.clone()).insert(policy_first.clone());
    commit_iam(&ledger, both).await.expect("both are inserted");

    let mut same = group(&account);
    same.name.clone_from(&first.name);
    let mut same_policy = policy(&account);
    same_policy.name.clone_from(&policy_first.name);
    for refused in [changes().insert(same.clone()), changes().insert(same_policy.clone())] {
        let fate = commit_iam(&ledger, refused).await;
        assert!(conflicts(&fate), "{fate:?}");
    }

    same.account = elsewhere.id;
    same_policy.account = elsewhere.id;
    let both = changes().insert(same).insert(same_policy);
    commit_iam(&ledger, both).await.expect("another account has names of its own");
}
