//! What a condition may ask about the resource of an action.

/// A key of conditions that belongs to an action: a statement with such a key matches only actions
/// that have it. The keys of the request and its caller, such as `g:UserName`, every action has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ConditionKey {
    /// `pca:CommonName`: the common name of the subject that a certificate is asked for.
    CommonName,
    /// `g:EnterpriseProjectId`: the enterprise project of the resource.
    EnterpriseProjectId,
    /// `g:RequestTag/<key>`: the value of a tag that the request gives.
    RequestTag,
    /// `g:ResourceTag/<key>`: the value of a tag that the resource has.
    ResourceTag,
    /// `g:TagKeys`: the keys of the tags in the request.
    TagKeys,
}
