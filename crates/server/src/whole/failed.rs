//! What a failure of a whole database means to the user.

use store::OpenError;
use store::contents::ContentsError;

use crate::failure::Failure;

/// The failure that an error is.
pub(super) fn failed(error: ContentsError) -> Failure {
    let hint = match &error {
        ContentsError::Differs { .. } => {
            "the source was changed meanwhile, or a disk is at fault: stop every server on both, empty \
             the target, and start again"
        }
        ContentsError::Written(_) => {
            "stop every server on the source, empty the target, and start again"
        }
        ContentsError::Indexes { .. } => {
            "the file is damaged: run `cinnabar check`, make a copy of it, rebuild its indexes with \
             sqlite3's REINDEX, and check again"
        }
        ContentsError::InUse => {
            "end the other copy or restore, or stop every server on the target; nothing was changed"
        }
        ContentsError::NotEmpty(_) => "name an empty database; nothing was changed",
        ContentsError::NothingThere => {
            "check the URL; a database is made by `cinnabar init`, or by a server that starts on it"
        }
        ContentsError::OtherCopy => {
            "empty the target, or go on with the database that was copied first"
        }
        ContentsError::Open(OpenError::Unfinished) => {
            "go on with the copy that was interrupted: run it again with the same --from and --to"
        }
        ContentsError::Older { .. } => {
            "let a server of this release start on it once; to fill a database, name an empty one"
        }
        ContentsError::Open(OpenError::Newer { .. }) => "use the release that wrote it",
        _ => return Failure::database("the database as a whole", error),
    };
    Failure::Invalid { problem: error.to_string(), hint }
}
