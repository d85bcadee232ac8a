//! `user set-password`: where the password comes from.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::process;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

use crate::access_keys::ask;
use crate::admin::{Answer, CredentialAct, Secret};
use crate::cli::{OfUserArguments, SetPasswordArguments};
use crate::configuration::Decided;
use crate::failure::Failure;

/// The longest line that is read as a password, in octets.
const LINE: u64 = 4096;
/// What is asked for a new password.
const TWICE: &[&str] = &["New password: ", "The same again: "];
/// What a shell adds to the number of a signal that has ended a program.
const ENDED_BY_SIGNAL: i32 = 128;

/// Sets a password; gives what to print.
pub(crate) async fn set(
    arguments: SetPasswordArguments,
    decided: &Decided,
) -> Result<Zeroizing<String>, Failure> {
    let password = if arguments.generate {
        None
    } else if arguments.password_stdin {
        Some(line()?)
    } else {
        Some(typed(TWICE, "give --password-stdin to read it from there, or --generate").await?)
    };
    let act = CredentialAct::SetPassword { password: password.map(Secret) };
    let of = OfUserArguments { account: arguments.account, user: arguments.user };
    match ask(of, act, decided).await? {
        Answer::Done => Ok(Zeroizing::default()),
        Answer::Password { password: Secret(password) } => {
            Ok(Zeroizing::new(format!("{}\n", *password)))
        }
        _ => Err(Failure::Administration("the answer is of another kind".to_owned())),
    }
}

/// The first line of standard input, without its end.
pub(crate) fn line() -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(String::new());
    io::stdin().lock().take(LINE).read_line(&mut line).map_err(unreadable)?;
    Ok(Zeroizing::new(line.trim_end_matches(['\n', '\r']).to_owned()))
}

/// What is typed on a terminal, unseen, the same at each of the prompts; without a terminal a refusal
/// with `hint`.
pub(crate) async fn typed(
    prompts: &'static [&'static str],
    hint: &'static str,
) -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Contradiction {
            problem: "standard input is no terminal to type a password on".to_owned(),
            hint,
        });
    }
    let usual = tcgetattr(io::stdin().as_fd()).map_err(|errno| unreadable(errno.into()))?;
    end_visibly(&usual)?;
    let unseen = Unseen::begin(usual)?;
    // Apart from the thread that hears of signals.
    let typed = tokio::task::spawn_blocking(move || {
        prompts.iter().map(|prompt| prompted(prompt)).collect::<Result<Vec<_>, _>>()
    });
    let typed = typed.await.map_err(|error| Failure::internal("cannot read a password", error))?;
    drop(unseen);
    let mut typed = typed?;
    let last = typed.pop().unwrap_or_default();
    if typed.iter().all(|other| *other == last) {
        Ok(last)
    } else {
        Err(Failure::Invalid {
            problem: "the two passwords differ; nothing was changed".to_owned(),
            hint: "type the same password twice",
        })
    }
}

/// From now on, who ends the command by a signal finds the terminal as it was before.
fn end_visibly(usual: &Termios) -> Result<(), Failure> {
    let ends = [
        SignalKind::hangup(),
        SignalKind::interrupt(),
        SignalKind::quit(),
        SignalKind::terminate(),
    ];
    for kind in ends {
        let mut signals =
            signal(kind).map_err(|error| Failure::internal("cannot listen for signals", error))?;
        let usual = usual.clone();
        tokio::spawn(async move {
            signals.recv().await;
            restore(&usual);
            let _ = io::stderr().write_all(b"\n");
            process::exit(ENDED_BY_SIGNAL + kind.as_raw_value());
        });
    }
    Ok(())
}

fn prompted(text: &str) -> Result<Zeroizing<String>, Failure> {
    // Not locked while it waits: who ends the command by a signal writes, too.
    let mut terminal = io::stderr();
    terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush()).map_err(unreadable)?;
    let line = line()?;
    terminal.write_all(b"\n").map_err(unreadable)?;
    Ok(line)
}

/// While it lives, what is typed is not shown; what it holds is what comes back then.
struct Unseen(Termios);

impl Unseen {
    fn begin(usual: Termios) -> Result<Self, Failure> {
        let mut unseen = usual.clone();
        unseen.local_modes -= LocalModes::ECHO;
        tcsetattr(io::stdin().as_fd(), OptionalActions::Flush, &unseen)
            .map_err(|errno| unreadable(errno.into()))?;
        Ok(Self(usual))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        restore(&self.0);
    }
}

/// Gives the terminal back as it was. There is nothing left to do when it is gone.
fn restore(usual: &Termios) {
    let _ = tcsetattr(io::stdin().as_fd(), OptionalActions::Now, usual);
}

fn unreadable(cause: io::Error) -> Failure {
    Failure::File { act: "read", path: "standard input".into(), cause }
}
