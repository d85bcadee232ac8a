//! `cinnabar master-key rotate`: asks for it, shows how far it is, and tells what to do next.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::admin::{Answer, Request, RotationDepth, Session};
use crate::cli::RotateArguments;
use crate::configuration::Decided;
use crate::failure::Failure;
use crate::rotation::{Others, Rotated, Stage};

/// Between two questions how far it is.
const PAUSE: Duration = Duration::from_millis(100);
/// After how many questions a line tells it where there is no terminal: every five seconds.
const LINE: u32 = 50;

/// Does it; what to print at the end.
pub(crate) async fn rotate(
    arguments: RotateArguments,
    decided: &Decided,
) -> Result<String, Failure> {
    let new_key_file = arguments.new_master_key_file.map(|path| {
        // A running server has a working directory of its own.
        std::path::absolute(&path).map_err(|cause| Failure::File { act: "find", path, cause })
    });
    let new_key_file = new_key_file.transpose()?;
    let depth = if arguments.deep { RotationDepth::Deep } else { RotationDepth::MasterKey };
    let others = if arguments.others_are_stopped { Others::Stopped } else { Others::MayRun };
    let request = Request::MasterKeyRotate { depth, new_key_file, others };
    let mut session = Session::begin(decided).await?;
    let done = converse(&mut session, request, depth).await;
    session.end().await;
    done
}

async fn converse(
    session: &mut Session,
    request: Request,
    depth: RotationDepth,
) -> Result<String, Failure> {
    let Answer::Rotated { rotated, left } = session.ask(request).await? else {
        return Err(unexpected());
    };
    let mut text = told(&rotated);
    if let Some(left) = left {
        text.push_str(&format!("warning: {left}\n"));
    }
    if matches!(depth, RotationDepth::Deep) {
        // Told at once: what follows takes a while, and may be interrupted.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
        text = match watch(session).await? {
            0 => "Nothing was left to be sealed again.\n".to_owned(),
            blobs => format!("Sealed again under a new data key: {blobs} keys and secrets.\n"),
        };
    }
    Ok(text)
}

fn told(rotated: &Rotated) -> String {
    const COPY: &str = "Copy it to its safe place now. Backups from before need the old key: keep \
                        its copy as long as them.\n";
    match rotated {
        Rotated::InPlace(path) => {
            format!("The master key was changed; {} holds the new one.\n{COPY}", path.display())
        }
        Rotated::InFile(path) => format!(
            "The master key was changed; the new one is in {path}.\nHand it over from the next \
             start on, in the place of the old one, which opens nothing any more.\n{COPY}",
            path = path.display()
        ),
        Rotated::Waiting(path) => format!(
            "The master key was changed, but the new one is not in its place yet: it is in {path}, \
             without which nothing opens.\nThe next start puts it in its place.\n{COPY}",
            path = path.display()
        ),
        Rotated::WentOn => "An earlier deep rotation had not ended; it goes on. The master key \
                            stays as it is.\n"
            .to_owned(),
    }
}

/// Shows how far it is until it has ended; how many blobs it were.
async fn watch(session: &mut Session) -> Result<u64, Failure> {
    let bar = std::io::stderr().is_terminal().then(bar);
    let mut asked = 0;
    loop {
        let Answer::Resealing { stage } = session.ask(Request::MasterKeyProgress).await? else {
            return Err(unexpected());
        };
        match stage {
            Stage::Finished { blobs } => {
                if let Some(bar) = bar {
                    bar.finish_and_clear();
                }
                return Ok(blobs);
            }
            Stage::Failed { error, hint } => return Err(Failure::Refused { error, hint }),
            // Started again since, the server would go on if anything was left.
            Stage::Idle => return Ok(0),
            Stage::Running { done, all } => match &bar {
                Some(bar) => {
                    bar.set_length(all);
                    bar.set_position(done);
                }
                None if asked % LINE == 0 && all > 0 => {
                    let _ = writeln!(std::io::stderr().lock(), "Sealed again: {done} of {all}");
                }
                None => {}
            },
        }
        asked += 1;
        tokio::time::sleep(PAUSE).await;
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    // The template is right, or the usual one is shown.
    if let Ok(style) = ProgressStyle::with_template("Sealed again {bar:40} {pos} of {len}") {
        bar.set_style(style);
    }
    bar
}

fn unexpected() -> Failure {
    Failure::Administration("the answer is of another kind".to_owned())
}
