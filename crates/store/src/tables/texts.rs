//! Choices as the tables keep them: stable texts.

use ledger::{Outcome, Quota};
use pki::KeyPurpose;
use pki::authority::{Charging, GenerationMode, Kind, OcspSwitch};
use pki::company::ProfileOrigin;
use pki::crl::{Finality, Sharding};
use pki::csr::Usage;

/// A choice with a stable text for each of its values.
pub(crate) trait Text: Sized {
    /// What the choice is called, for errors.
    const WHAT: &'static str;

    /// The text of a value.
    fn text(&self) -> &'static str;

    /// The value of a text.
    fn from_text(text: &str) -> Option<Self>;
}

macro_rules! texts {
    ($($what:literal $choice:ty { $($value:ident = $text:literal),+ $(,)? })+) => {$(
        impl Text for $choice {
            const WHAT: &'static str = $what;

            fn text(&self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }

            fn from_text(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$value),)+
                    _ => None,
                }
            }
        }
    )+};
}

texts! {
    "mode of generation" GenerationMode { Csr = "csr", Generate = "generate", Import = "import" }
    "charging" Charging { PayPerUse = "pay_per_use", Prepaid = "prepaid" }
    "OCSP switch" OcspSwitch { Off = "off", On = "on" }
    "purpose of a key" KeyPurpose {
        Authority = "authority",
        Certificate = "certificate",
        Csr = "csr",
        Responder = "responder",
        Tls = "tls",
    }
    "finality of a CRL" Finality { Last = "last", More = "more" }
    "sharding" Sharding { Off = "off", On = "on" }
    "kind of authority" Kind { Root = "root", Subordinate = "subordinate" }
    "outcome" Outcome { Done = "done", Refused = "refused" }
    "origin of a profile" ProfileOrigin { Chosen = "chosen", Sample = "sample" }
    "kind of policy" iam::PolicyKind {
        AccountRole = "account_role",
        Identity = "identity",
        ProjectRole = "project_role",
    }
    "quota" Quota {
        Authorities = "authorities",
        Certificates = "certificates",
        Csrs = "csrs",
        Groups = "groups",
        GroupsOfUser = "groups_of_user",
        Policies = "policies",
        PoliciesAttached = "policies_attached",
        Sharded = "sharded",
        Unpublished = "unpublished",
        Users = "users",
        WorkspaceAuthorities = "workspace_authorities",
    }
    "standing" iam::Standing { Member = "member", Owner = "owner" }
    "state" iam::State { Disabled = "disabled", Enabled = "enabled" }
    "usage" Usage { Enterprise = "enterprise", Personal = "personal" }
}
