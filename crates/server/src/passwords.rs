//! `user set-password`: where the password comes from.

use std::io::{self, BufRead, IsTerminal, Read, Write};
use std::os::fd::AsFd;

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use zeroize::Zeroizing;

use crate::access_keys::ask;
use crate::admin::{Answer, CredentialAct, Secret};
use crate::cli::SetPasswordArguments;
use crate::configuration::Decided;
use crate::failure::Failure;

/// The longest line that is read as a password, in octets.
const LINE: u64 = 4096;

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
        Some(typed_twice()?)
    };
    let act = CredentialAct::SetPassword { password: password.map(Secret) };
    match ask(arguments.of, act, decided).await? {
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

/// A password typed twice on a terminal, unseen.
fn typed_twice() -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::Contradiction {
            problem: "standard input is no terminal to type a password on".to_owned(),
            hint: "give --password-stdin to read it from there, or --generate",
        });
    }
    let _unseen = Unseen::begin()?;
    let first = prompted("New password: ")?;
    let second = prompted("The same again: ")?;
    if first == second {
        Ok(first)
    } else {
        Err(Failure::Invalid {
            problem: "the two passwords differ; nothing was changed".to_owned(),
            hint: "type the same password twice",
        })
    }
}

fn prompted(text: &str) -> Result<Zeroizing<String>, Failure> {
    let mut terminal = io::stderr().lock();
    terminal.write_all(text.as_bytes()).and_then(|()| terminal.flush()).map_err(unreadable)?;
    let line = line()?;
    terminal.write_all(b"\n").map_err(unreadable)?;
    Ok(line)
}

/// While it lives, what is typed is not shown.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> Result<Self, Failure> {
        let stdin = io::stdin();
        let usual = tcgetattr(stdin.as_fd()).map_err(|errno| unreadable(errno.into()))?;
        let mut unseen = usual.clone();
        unseen.local_modes -= LocalModes::ECHO;
        tcsetattr(stdin.as_fd(), OptionalActions::Flush, &unseen)
            .map_err(|errno| unreadable(errno.into()))?;
        Ok(Self(usual))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // There is nothing left to do when the terminal is gone.
        let _ = tcsetattr(io::stdin().as_fd(), OptionalActions::Now, &self.0);
    }
}

fn unreadable(cause: io::Error) -> Failure {
    Failure::File { act: "read", path: "standard input".into(), cause }
}
