//! The actions that somebody may be allowed, by the names that the APIs' permissions have.

use super::{ConditionKey, ResourceType};

/// What somebody who does an action gets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AccessLevel {
    /// Sees which things there are.
    List,
    /// Changes what others may do.
    Permission,
    /// Sees a thing.
    Read,
    /// Changes tags.
    Tagging,
    /// Changes things.
    Write,
}

/// Where the right to an action lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sphere {
    /// In the whole account; a token for one of its projects has it too.
    Account,
    /// In one project: a token for the account is not good for it.
    Project,
}

/// One line of the table.
struct Line {
    name: &'static str,
    aliases: &'static [&'static str],
    level: AccessLevel,
    sphere: Sphere,
    resource: Option<ResourceType>,
    keys: &'static [ConditionKey],
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident: $name:literal $(| $alias:literal)*, $level:ident, $sphere:ident,
        $resource:expr, $keys:expr;)*) => {
        /// Something that a caller wants to do.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Action {
            $($(#[$doc])* $action,)*
        }

        impl Action {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$action,)*];

            const fn line(self) -> &'static Line {
                match self {
                    $(Self::$action => &Line {
                        name: $name,
                        aliases: &[$($alias,)*],
                        level: AccessLevel::$level,
                        sphere: Sphere::$sphere,
                        resource: $resource,
                        keys: $keys,
                    },)*
                }
            }
        }
    };
}

impl Action {
    /// The action of this name, present or former, in whatever case.
    pub fn from_name(name: &str) -> Option<Self> {
        let is_it = |action: &Self| action.names().any(|known| known.eq_ignore_ascii_case(name));
        Self::ALL.iter().copied().find(is_it)
    }

    /// The name in policies.
    pub fn name(self) -> &'static str {
        self.line().name
    }

    /// The name, and the former and other names under which policies may name it too.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.line().name).chain(self.line().aliases.iter().copied())
    }

    /// Whether everybody may do it to themselves without a policy: they have their own access keys,
    /// and see who they are.
    pub fn is_for_oneself(self) -> bool {
        matches!(
            self,
            Self::CreateAccessKey
                | Self::DeleteAccessKey
                | Self::ListAccessKeys
                | Self::ListUserGroups
                | Self::ShowAccessKey
                | Self::ShowUser
                | Self::UpdateAccessKey
        )
    }

    /// What it gives.
    pub fn level(self) -> AccessLevel {
        self.line().level
    }

    /// Where the right to it lives.
    pub fn sphere(self) -> Sphere {
        self.line().sphere
    }

    /// The type of what it is done to; `None` when policies cannot name that.
    pub fn resource_type(self) -> Option<ResourceType> {
        self.line().resource
    }

    /// What conditions may ask about its resource.
    pub fn keys(self) -> &'static [ConditionKey] {
        self.line().keys
    }
}

const NO: Option<ResourceType> = None;
const CA: Option<ResourceType> = Some(ResourceType::Authority);
const GROUP: Option<ResourceType> = Some(ResourceType::Group);
const POLICY: Option<ResourceType> = Some(ResourceType::Policy);
const USER: Option<ResourceType> = Some(ResourceType::User);

const NONE: &[ConditionKey] = &[];
const E: &[ConditionKey] = &[ConditionKey::EnterpriseProjectId];
const TE: &[ConditionKey] = &[ConditionKey::ResourceTag, ConditionKey::EnterpriseProjectId];
const ERK: &[ConditionKey] =
    &[ConditionKey::EnterpriseProjectId, ConditionKey::RequestTag, ConditionKey::TagKeys];
const RK: &[ConditionKey] = &[ConditionKey::RequestTag, ConditionKey::TagKeys];
const TERK: &[ConditionKey] = &[
    ConditionKey::ResourceTag,
    ConditionKey::EnterpriseProjectId,
    ConditionKey::RequestTag,
    ConditionKey::TagKeys,
];
const TERKC: &[ConditionKey] = &[
    ConditionKey::ResourceTag,
    ConditionKey::EnterpriseProjectId,
    ConditionKey::RequestTag,
    ConditionKey::TagKeys,
    ConditionKey::CommonName,
];

// Name (and other names), level, sphere, type of resource, keys of conditions.
actions! {
    /// Activate a pending authority.
    ActivateAuthority: "pca:ca:activate" | "pca:ca:active", Write, Account, CA, TE;
    /// Create an authority.
    CreateAuthority: "pca:ca:create", Write, Account, CA, ERK;
    /// Delete an authority, or schedule that.
    DeleteAuthority: "pca:ca:delete", Write, Account, CA, TE;
    /// Disable an authority.
    DisableAuthority: "pca:ca:disable", Write, Account, CA, TE;
    /// Let the service publish in the account's buckets.
    CreateAgency: "pca:ca:createAgency", Write, Account, NO, NONE;
    /// Stop publishing the CRLs of an authority.
    DisableCrl: "pca:ca:disableCrl", Write, Account, CA, TE;
    /// Publish the CRLs of an authority.
    EnableCrl: "pca:ca:enableCrl", Write, Account, CA, TE;
    /// List the buckets that CRLs can be published in.
    ListBuckets: "pca:ca:listBuckets", List, Account, NO, NONE;
    /// See whether the service may publish in the account's buckets.
    ShowAgency: "pca:ca:getAgency", Read, Account, NO, NONE;
    /// Enable an authority.
    EnableAuthority: "pca:ca:enable", Write, Account, CA, TE;
    /// Export an authority's certificate and chain.
    ExportAuthority: "pca:ca:export", Read, Account, CA, TE;
    /// Export the certification request of a pending authority.
    ExportAuthorityCsr: "pca:ca:getCsr", Read, Account, CA, TE;
    /// Import the certificate of a pending authority.
    ImportAuthority: "pca:ca:import", Write, Account, CA, E;
    /// List authorities.
    ListAuthorities: "pca:ca:list", List, Account, CA, E;
    /// Cancel the scheduled deletion of an authority.
    RestoreAuthority: "pca:ca:restore", Write, Account, CA, TE;
    /// Revoke an authority.
    RevokeAuthority: "pca:ca:revoke", Write, Account, CA, TE;
    /// See an authority.
    ShowAuthority: "pca:ca:get", Read, Account, CA, TE;
    /// See how many authorities there may be.
    ShowAuthorityQuota: "pca:ca:quota", Read, Account, NO, NONE;
    /// List the tags of all authorities.
    ListAllAuthorityTags: "pca:ca:listAllTags", List, Account, NO, NONE;
    /// List the tags of an authority.
    ListAuthorityTags: "pca:ca:listTags", List, Account, CA, TE;
    /// Switch OCSP for what an authority issues on or off.
    SwitchOcsp: "pca:ca:switchOcsp", Write, Account, CA, TE;
    /// Tag an authority.
    TagAuthority: "pca:ca:createTag", Tagging, Account, CA, TERK;
    /// Remove tags from an authority.
    UntagAuthority: "pca:ca:deleteTag", Tagging, Account, CA, TE;

    /// Find authorities by their tags.
    FindAuthorities: "pca:ca:listByTag", List, Account, CA, NONE;

    /// Find certificates by their tags.
    FindCertificates: "pca:cert:listByTag", List, Account, NO, NONE;
    /// List the tags of all certificates.
    ListAllCertificateTags: "pca:cert:listAllTags", List, Account, NO, NONE;
    /// List the tags of a certificate.
    ListCertificateTags: "pca:cert:listTags", List, Account, NO, NONE;
    /// List certificates.
    ListCertificates: "pca:cert:list", List, Account, NO, NONE;
    /// See how many certificates there may be.
    ShowCertificateQuota: "pca:cert:quota", Read, Account, NO, NONE;
    /// Tag a certificate.
    TagCertificate: "pca:cert:createTag", Tagging, Account, NO, RK;
    /// Remove tags from a certificate.
    UntagCertificate: "pca:cert:deleteTag", Tagging, Account, NO, NONE;
    /// Delete a certificate.
    DeleteCertificate: "pca:cert:delete" | "pca:ca:delete", Write, Account, NO, NONE;
    /// Export a certificate, with the private key that was made for it.
    ExportCertificate: "pca:cert:export", Read, Account, NO, NONE;
    /// Issue a certificate with a key made here.
    IssueCertificate: "pca:ca:issueCert", Write, Account, CA, TERKC;
    /// Issue a certificate, of an authority or not, from a certification request.
    IssueCertificateByCsr: "pca:ca:issueCertByCsr", Write, Account, CA, TERK;
    /// Decode a certification request.
    ParseCsr: "pca:cert:parseCsr", Read, Account, NO, NONE;
    /// Revoke a certificate.
    RevokeCertificate: "pca:cert:revoke", Write, Account, NO, NONE;
    /// See a certificate.
    ShowCertificate: "pca:cert:get", Read, Account, NO, NONE;

    /// Create a certification request.
    CreateCsr: "scm::createCsr", Write, Account, NO, NONE;
    /// Delete a certification request.
    DeleteCsr: "scm::deleteCsr", Write, Account, NO, NONE;
    /// List certification requests.
    ListCsrs: "scm::listCsr", List, Account, NO, NONE;
    /// See a certification request.
    ShowCsr: "scm::getCsr", Read, Account, NO, NONE;
    /// See the private key of a certification request.
    ShowCsrPrivateKey: "scm::getCsrPrivateKey", Read, Account, NO, NONE;
    /// Rename a certification request.
    UpdateCsr: "scm::updateCsr", Write, Account, NO, NONE;
    /// Register a certification request made elsewhere.
    UploadCsr: "scm::uploadCsr", Write, Account, NO, NONE;

    /// Create a self-signed Workspace authority.
    CreateWorkspaceAuthority: "workspace:ca:create", Write, Project, NO, NONE;
    /// Delete a Workspace authority.
    DeleteWorkspaceAuthority: "workspace:ca:delete", Write, Project, NO, NONE;
    /// Export the CRL of a Workspace authority.
    ExportWorkspaceCrl: "workspace:ca:exportCrl", List, Project, NO, NONE;
    /// Make the certification request of a Workspace authority.
    ExportWorkspaceCsr: "workspace:ca:exportCsr", List, Project, NO, NONE;
    /// Export the certificate of a Workspace authority.
    ExportWorkspacePem: "workspace:ca:export", List, Project, NO, NONE;
    /// Import the certificate of a Workspace authority.
    ImportWorkspaceAuthority: "workspace:ca:import", Write, Project, NO, NONE;
    /// List the Workspace authorities.
    ListWorkspaceAuthorities: "workspace:ca:list", List, Project, NO, NONE;
    /// Enable or disable a Workspace authority.
    SetWorkspaceAuthorityStatus: "workspace:ca:setStatus", Write, Project, NO, NONE;
    /// See a Workspace authority.
    ShowWorkspaceAuthority: "workspace:ca:get", Read, Project, NO, NONE;

    /// Add a user to a group.
    AddUserToGroup: "iam:permissions:addUserToGroupV5" | "iam:permissions:addUserToGroup",
        Permission, Account, GROUP, NONE;
    /// Attach a policy to a group.
    AttachGroupPolicy: "iam:groups:attachPolicyV5" | "iam:permissions:grantRoleToGroup"
        | "iam:permissions:grantRoleToGroupOnDomain" | "iam:permissions:grantRoleToGroupOnProject",
        Permission, Account, GROUP, NONE;
    /// Attach a policy to a user.
    AttachUserPolicy: "iam:users:attachPolicyV5", Permission, Account, USER, NONE;
    /// Give a user an access key.
    CreateAccessKey: "iam:credentials:createCredentialV5" | "iam:credentials:createCredential",
        Permission, Account, USER, NONE;
    /// Create a group.
    CreateGroup: "iam:groups:createGroupV5" | "iam:groups:createGroup", Write, Account, GROUP, NONE;
    /// Create a policy.
    CreatePolicy: "iam:policies:createV5" | "iam:roles:createRole",
        Permission, Account, POLICY, NONE;
    /// Give a policy another version.
    CreatePolicyVersion: "iam:policies:createVersionV5", Permission, Account, POLICY, NONE;
    /// Create a user.
    CreateUser: "iam:users:createUserV5" | "iam:users:createUser", Write, Account, USER, NONE;
    /// Delete a user's access key.
    DeleteAccessKey: "iam:credentials:deleteCredentialV5" | "iam:credentials:deleteCredential",
        Write, Account, USER, NONE;
    /// Delete a group.
    DeleteGroup: "iam:groups:deleteGroupV5" | "iam:groups:deleteGroup", Write, Account, GROUP, NONE;
    /// Delete a policy.
    DeletePolicy: "iam:policies:deleteV5" | "iam:roles:deleteRole",
        Permission, Account, POLICY, NONE;
    /// Delete a version of a policy.
    DeletePolicyVersion: "iam:policies:deleteVersionV5", Permission, Account, POLICY, NONE;
    /// Delete a user.
    DeleteUser: "iam:users:deleteUserV5" | "iam:users:deleteUser", Write, Account, USER, NONE;
    /// Detach a policy from a group.
    DetachGroupPolicy: "iam:groups:detachPolicyV5" | "iam:permissions:revokeRoleFromGroup"
        | "iam:permissions:revokeRoleFromGroupOnDomain"
        | "iam:permissions:revokeRoleFromGroupOnProject",
        Permission, Account, GROUP, NONE;
    /// Detach a policy from a user.
    DetachUserPolicy: "iam:users:detachPolicyV5", Permission, Account, USER, NONE;
    /// List a user's access keys.
    ListAccessKeys: "iam:credentials:listCredentialsV5" | "iam:credentials:listCredentials",
        List, Account, USER, NONE;
    /// List the policies that are attached to a group.
    ListAttachedGroupPolicies: "iam:groups:listAttachedPoliciesV5"
        | "iam:permissions:listRolesForGroup" | "iam:permissions:listRolesForGroupOnDomain"
        | "iam:permissions:listRolesForGroupOnProject",
        List, Account, GROUP, NONE;
    /// List the policies that are attached to a user.
    ListAttachedUserPolicies: "iam:users:listAttachedPoliciesV5", List, Account, USER, NONE;
    /// List groups.
    ListGroups: "iam:groups:listGroupsV5" | "iam:groups:listGroups", List, Account, GROUP, NONE;
    /// List policies.
    ListPolicies: "iam:policies:listV5" | "iam:roles:listRoles", List, Account, POLICY, NONE;
    /// List to what a policy is attached.
    ListPolicyEntities: "iam:policies:listEntitiesV5", List, Account, POLICY, NONE;
    /// List the versions of a policy.
    ListPolicyVersions: "iam:policies:listVersionsV5", List, Account, POLICY, NONE;
    /// List users.
    ListUsers: "iam:users:listUsersV5" | "iam:users:listUsers" | "iam:users:listUsersForGroup",
        List, Account, USER, NONE;
    /// List the groups of a user.
    ListUserGroups: "iam:groups:listGroupsForUserV5" | "iam:groups:listGroupsForUser",
        List, Account, USER, NONE;
    /// Remove a user from a group.
    RemoveUserFromGroup: "iam:permissions:removeUserFromGroupV5"
        | "iam:permissions:removeUserFromGroup",
        Permission, Account, GROUP, NONE;
    /// Revoke a token of somebody else of the account.
    RevokeToken: "iam:tokens:revoke", Permission, Account, NO, NONE;
    /// Choose the version of a policy that is in force.
    SetDefaultPolicyVersion: "iam:policies:setDefaultVersionV5", Permission, Account, POLICY, NONE;
    /// Give a user a password.
    SetUserPassword: "iam:users:setUserPassword" | "iam:users:updateLoginProfileV5",
        Permission, Account, USER, NONE;
    /// See a user's access key, without its secret.
    ShowAccessKey: "iam:credentials:showCredentialV5" | "iam:credentials:getCredential",
        Read, Account, USER, NONE;
    /// See a group.
    ShowGroup: "iam:groups:getGroupV5" | "iam:groups:getGroup", Read, Account, GROUP, NONE;
    /// See a policy.
    ShowPolicy: "iam:policies:getV5" | "iam:roles:getRole", Read, Account, POLICY, NONE;
    /// See a version of a policy.
    ShowPolicyVersion: "iam:policies:getVersionV5", Read, Account, POLICY, NONE;
    /// See whether a token of somebody else of the account is good, and for what.
    ShowToken: "iam:tokens:validate", Read, Account, NO, NONE;
    /// See a user.
    ShowUser: "iam:users:getUserV5" | "iam:users:showUserV5" | "iam:users:getUser",
        Read, Account, USER, NONE;
    /// Disable or enable a user's access key, or describe it.
    UpdateAccessKey: "iam:credentials:updateCredentialV5" | "iam:credentials:updateCredential",
        Permission, Account, USER, NONE;
    /// Change a group.
    UpdateGroup: "iam:groups:updateGroupV5" | "iam:groups:updateGroup",
        Write, Account, GROUP, NONE;
    /// Change the description of a policy.
    UpdatePolicy: "iam:policies:updateV5", Permission, Account, POLICY, NONE;
    /// Change what a policy of version 1.1 is called, or its document.
    UpdateRole: "iam:roles:updateRole", Permission, Account, POLICY, NONE;
    /// Change a user.
    UpdateUser: "iam:users:updateUserV5" | "iam:users:updateUser", Write, Account, USER, NONE;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published tables of the product APIs: name, level, type of resource, keys (T: tags of
    /// the resource, E: enterprise project, R: tags of the request, K: their keys).
    const PUBLISHED: [(&str, &str, &str, &str); 54] = [
        ("pca:ca:create", "Write", "ca", "ERK"),
        ("pca:ca:delete", "Write", "ca", "TE"),
        ("pca:ca:disable", "Write", "ca", "TE"),
        ("pca:ca:enable", "Write", "ca", "TE"),
        ("pca:ca:activate", "Write", "ca", "TE"),
        ("pca:ca:createAgency", "Write", "-", ""),
        ("pca:ca:disableCrl", "Write", "ca", "TE"),
        ("pca:ca:enableCrl", "Write", "ca", "TE"),
        ("pca:ca:getAgency", "Read", "-", ""),
        ("pca:ca:listBuckets", "List", "-", ""),
        ("pca:ca:import", "Write", "ca", "E"),
        ("pca:ca:export", "Read", "ca", "TE"),
        ("pca:ca:getCsr", "Read", "ca", "TE"),
        ("pca:ca:get", "Read", "ca", "TE"),
        ("pca:ca:list", "List", "ca", "E"),
        ("pca:ca:quota", "Read", "-", ""),
        ("pca:ca:restore", "Write", "ca", "TE"),
        ("pca:ca:revoke", "Write", "ca", "TE"),
        ("pca:ca:switchOcsp", "Write", "ca", "TE"),
        ("pca:ca:createTag", "Tagging", "ca", "TERK"),
        ("pca:ca:deleteTag", "Tagging", "ca", "TE"),
        ("pca:ca:listTags", "List", "ca", "TE"),
        ("pca:ca:listAllTags", "List", "-", ""),
        ("pca:ca:issueCert", "Write", "ca", "TERKC"),
        ("pca:ca:issueCertByCsr", "Write", "ca", "TERK"),
        ("pca:cert:parseCsr", "Read", "-", ""),
        ("pca:cert:get", "Read", "-", ""),
        ("pca:cert:export", "Read", "-", ""),
        ("pca:cert:delete", "Write", "-", ""),
        ("pca:cert:revoke", "Write", "-", ""),
        ("pca:ca:listByTag", "List", "ca", ""),
        ("pca:cert:createTag", "Tagging", "-", "RK"),
        ("pca:cert:deleteTag", "Tagging", "-", ""),
        ("pca:cert:list", "List", "-", ""),
        ("pca:cert:listAllTags", "List", "-", ""),
        ("pca:cert:listByTag", "List", "-", ""),
        ("pca:cert:listTags", "List", "-", ""),
        ("pca:cert:quota", "Read", "-", ""),
        ("scm::createCsr", "Write", "-", ""),
        ("scm::listCsr", "List", "-", ""),
        ("scm::getCsr", "Read", "-", ""),
        ("scm::getCsrPrivateKey", "Read", "-", ""),
        ("scm::updateCsr", "Write", "-", ""),
        ("scm::deleteCsr", "Write", "-", ""),
        ("scm::uploadCsr", "Write", "-", ""),
        ("workspace:ca:list", "List", "-", ""),
        ("workspace:ca:create", "Write", "-", ""),
        ("workspace:ca:get", "Read", "-", ""),
        ("workspace:ca:delete", "Write", "-", ""),
        ("workspace:ca:setStatus", "Write", "-", ""),
        ("workspace:ca:export", "List", "-", ""),
        ("workspace:ca:exportCrl", "List", "-", ""),
        ("workspace:ca:exportCsr", "List", "-", ""),
        ("workspace:ca:import", "Write", "-", ""),
    ];

    fn letter(key: &ConditionKey) -> char {
        match key {
            ConditionKey::CommonName => 'C',
            ConditionKey::EnterpriseProjectId => 'E',
            ConditionKey::RequestTag => 'R',
            ConditionKey::ResourceTag => 'T',
            ConditionKey::TagKeys => 'K',
        }
    }

    #[test]
    fn the_product_actions_are_those_published() {
        for (name, level, resource, keys) in PUBLISHED {
            let action = Action::from_name(name).unwrap();
            assert_eq!(action.name(), name);
            assert_eq!(format!("{:?}", action.level()), level, "{name}");
            assert_eq!(action.resource_type().map_or("-", ResourceType::name), resource, "{name}");
            assert_eq!(action.keys().iter().map(letter).collect::<String>(), keys, "{name}");
            let sphere =
                if name.starts_with("workspace:") { Sphere::Project } else { Sphere::Account };
            assert_eq!(action.sphere(), sphere, "{name}");
        }
        let product = Action::ALL.iter().filter(|action| !action.name().starts_with("iam:"));
        assert_eq!(product.count(), PUBLISHED.len());
    }

    /// The old tables printed this name for the deletion of a certificate too.
    const SHARED: &str = "pca:ca:delete";

    #[test]
    fn no_two_actions_share_a_name_but_for_the_one_that_was_printed_twice() {
        let deletes = Action::DeleteCertificate.names().any(|name| name == SHARED);
        assert!(deletes && Action::from_name(SHARED) == Some(Action::DeleteAuthority));
        let is_shared =
            |action: Action, name: &str| action == Action::DeleteCertificate && name == SHARED;
        let mut names: Vec<String> = Action::ALL
            .iter()
            .flat_map(|action| action.names().filter(|name| !is_shared(*action, name)))
            .map(str::to_lowercase)
            .collect();
        let count = names.len();
        names.sort();
        names.dedup();

        assert_eq!(names.len(), count);
    }

    #[test]
    fn an_action_is_found_by_each_of_its_names_in_whatever_case() {
        for action in Action::ALL {
            for name in action.names().filter(|name| *name != SHARED) {
                assert_eq!(Action::from_name(name), Some(*action));
                assert_eq!(Action::from_name(&name.to_uppercase()), Some(*action));
                assert_eq!(name.split(':').count(), 3, "{name}");
            }
        }
        assert_eq!(Action::from_name("pca:ca:active"), Some(Action::ActivateAuthority));
        assert_eq!(Action::from_name("pca:ca:*"), None);
    }

    #[test]
    fn the_document_about_policies_lists_each_action_with_its_names_level_and_resource() {
        let document = include_str!("../../../../docs/policies.md");
        for action in Action::ALL {
            let mut lines = document.lines();
            let line = lines.find(|line| line.starts_with(&format!("| `{}`", action.name())));
            let line = line.unwrap_or_else(|| panic!("docs/policies.md does not list {action:?}"));
            assert!(action.names().all(|name| line.contains(&format!("`{name}`"))), "{line}");
            let resource = action.resource_type().map_or("\u{2013}", ResourceType::name);
            let columns = format!(" | {:?} | {resource} | ", action.level());
            assert!(line.contains(&columns), "{line}");
        }
    }
}
